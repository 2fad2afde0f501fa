package dev.reveille.operator.child;

import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;

/** Reads and writes the scale of an endpoint's Deployment, guarded by its resource version. */
public final class Scales {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;

  public Scales(KubernetesClient client) {
    this.client = client;
  }

  public Scale read(InferenceEndpoint endpoint) {
    return deployment(endpoint).scale();
  }

  /** Writes {@code replicas} unless somebody wrote since {@code read}; says whether it did. */
  public boolean write(InferenceEndpoint endpoint, Scale read, int replicas) {
    read.getSpec().setReplicas(replicas);
    try {
      deployment(endpoint).scale(read);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private RollableScalableResource<Deployment> deployment(InferenceEndpoint endpoint) {
    return client
        .apps()
        .deployments()
        .inNamespace(endpoint.getMetadata().getNamespace())
        .withName(endpoint.getMetadata().getName());
  }
}
