package dev.reveille.operator.lifecycle;

import io.fabric8.kubernetes.api.model.apps.Deployment;

/**
 * What becomes of an endpoint's scale when its canary goes: from then on it gets the canary's
 * requests as well, long before an autoscaler has seen them. One that sleeps is woken by them, to
 * as many replicas as they need.
 */
public final class Inheritance {
  private Inheritance() {}

  /**
   * @param canary what the canary ran on
   */
  public static Transition of(Observed endpoint, Deployment canary) {
    int served =
        canary.getStatus() == null || canary.getStatus().getReadyReplicas() == null
            ? 0
            : canary.getStatus().getReadyReplicas();
    int wanted = endpoint.wanted();
    int most = endpoint.endpoint().getSpec().scaling().maxReplicas();
    return endpoint.isPaused() || wanted == 0 || served == 0 || wanted >= most
        ? new Transition.Stay()
        : new Transition.Raise(Math.min(most, wanted + served));
  }
}
