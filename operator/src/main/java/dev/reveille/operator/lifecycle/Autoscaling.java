package dev.reveille.operator.lifecycle;

import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint has an autoscaler just now. The HPA controller asks the API server about each
 * one every 15 s, and of one that is asleep in vain: thousands of those keep it from the awake.
 */
public enum Autoscaling {
  /** Replicas serve, and their number may vary. */
  WANTED,
  /**
   * It wakes: an autoscaler can wait until the first answer is out, and one that is there stays.
   */
  AS_IT_IS,
  /** It sleeps, or its number of replicas is fixed. */
  UNWANTED;

  public static Autoscaling of(ScalingSpec scaling, @Nullable Deployment deployment) {
    int replicas = deployment == null ? 0 : count(deployment.getSpec().getReplicas());
    if (replicas == 0 || (isFixed(scaling) && replicas <= scaling.maxReplicas())) {
      return UNWANTED; // above the most there may be, it is what lowers them
    }
    boolean serves =
        deployment != null
            && deployment.getStatus() != null
            && count(deployment.getStatus().getReadyReplicas()) > 0;
    return serves ? WANTED : AS_IT_IS;
  }

  /** While it is awake it has one number of replicas. */
  public static boolean isFixed(ScalingSpec scaling) {
    return scaling.maxReplicas() <= Math.max(1, scaling.minReplicas());
  }

  private static int count(@Nullable Integer replicas) {
    return replicas == null ? 0 : replicas;
  }
}
