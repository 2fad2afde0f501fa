package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Objects;

/** Whether a Deployment has become what its spec says. */
final class Rollout {
  private Rollout() {}

  static boolean isComplete(Deployment deployment) {
    var status = deployment.getStatus();
    int wanted = deployment.getSpec().getReplicas();
    return status != null
        && Objects.equals(status.getObservedGeneration(), deployment.getMetadata().getGeneration())
        && count(status.getUpdatedReplicas()) == wanted
        && count(status.getAvailableReplicas()) == wanted
        && count(status.getReplicas()) == wanted;
  }

  private static int count(Integer replicas) {
    return replicas == null ? 0 : replicas;
  }
}
