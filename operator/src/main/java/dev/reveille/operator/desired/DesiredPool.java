package dev.reveille.operator.desired;

import dev.reveille.crds.WarmPool;
import dev.reveille.operator.install.Installation;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

/**
 * The one Kubernetes object of a pool as it should be, replicas included: nobody else scales it.
 */
public record DesiredPool(Deployment deployment) {
  private static final String SUFFIX = "-pool";

  public static DesiredPool of(WarmPool pool, Installation installation) {
    Deployment bare =
        Rollout.of(
            Labels.child(pool, name(pool), Labels.of(pool)),
            Labels.selector(pool),
            PodTemplate.of(pool, installation),
            Rollout.REVISIONS);
    return new DesiredPool(
        new DeploymentBuilder(bare)
            .editSpec()
            .withReplicas(pool.getSpec().size())
            .endSpec()
            .build());
  }

  /** Not the pool's own name: an endpoint may well be called so. */
  public static String name(WarmPool pool) {
    return pool.getMetadata().getName() + SUFFIX;
  }
}
