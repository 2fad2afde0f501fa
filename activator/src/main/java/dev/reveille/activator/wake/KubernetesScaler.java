package dev.reveille.activator.wake;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;

/** Writes the scale subresource, guarded by its resource version. */
public final class KubernetesScaler implements Scaler {
  private static final int CONFLICT = 409;
  private static final int MOST_TRIES = 5;

  private final KubernetesClient client;

  public KubernetesScaler(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Outcome raise(String namespace, String name, int wanted) {
    RollableScalableResource<Deployment> deployment =
        client.apps().deployments().inNamespace(namespace).withName(name);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        Scale scale = deployment.scale();
        if (scale == null) {
          return new Outcome.Failed("there is no Deployment yet");
        }
        Integer now = scale.getSpec().getReplicas();
        if (now != null && now >= wanted) {
          return new Outcome.Enough();
        }
        scale.getSpec().setReplicas(wanted);
        deployment.scale(scale);
        return new Outcome.Raised();
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT) {
          return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
      }
    }
    return new Outcome.Failed("others kept writing the scale");
  }
}
