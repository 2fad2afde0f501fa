package dev.reveille.operator.lifecycle;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Load;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one reconciliation sees.
 *
 * @param revision the desired one
 * @param notOurs names the object that has the endpoint's name but not its owner; empty: none
 */
public record Observed(
    InferenceEndpoint endpoint,
    String revision,
    @Nullable Deployment deployment,
    @Nullable HorizontalPodAutoscaler autoscaler,
    List<Pod> pods,
    Load load,
    Optional<String> notOurs) {

  public String uid() {
    return endpoint.getMetadata().getUid();
  }

  /** Replicas that are wanted now. */
  public int wanted() {
    return deployment == null || deployment.getSpec().getReplicas() == null
        ? 0
        : deployment.getSpec().getReplicas();
  }

  /** Pods that exist: ready or not, or finishing what they run. */
  public int existing() {
    return pods.size();
  }

  /** Replicas that can serve: a hello is ahead of what the API shows. */
  public int ready() {
    Integer shown =
        deployment == null || deployment.getStatus() == null
            ? null
            : deployment.getStatus().getReadyReplicas();
    return Math.max(shown == null ? 0 : shown, Math.min(load.backends(), wanted()));
  }
}
