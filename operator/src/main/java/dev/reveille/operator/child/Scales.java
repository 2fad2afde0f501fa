package dev.reveille.operator.child;

import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.Optional;

/** Reads and writes the scale of an endpoint's Deployment, guarded by its resource version. */
public final class Scales {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final Prompt prompt;

  public Scales(KubernetesClient client) {
    this.prompt = new Prompt(client);
  }

  /** Empty when there is no such Deployment (any more). */
  public Optional<Scale> read(InferenceEndpoint endpoint) {
    try {
      return Optional.ofNullable(prompt.call(client -> deployment(client, endpoint).scale()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Writes {@code replicas} unless somebody wrote since {@code read}; says whether it did. */
  public boolean write(InferenceEndpoint endpoint, Scale read, int replicas) {
    read.getSpec().setReplicas(replicas);
    try {
      prompt.call(client -> deployment(client, endpoint).scale(read));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Up to the floor; who raised it higher meanwhile is left alone. False: try again. */
  public boolean raise(InferenceEndpoint endpoint, int floor) {
    Optional<Scale> scale = read(endpoint);
    return scale.isPresent()
        && (replicas(scale.get()) >= floor || write(endpoint, scale.get(), floor));
  }

  private static int replicas(Scale scale) {
    Integer replicas = scale.getSpec().getReplicas();
    return replicas == null ? 0 : replicas;
  }

  private static RollableScalableResource<Deployment> deployment(
      KubernetesClient client, InferenceEndpoint endpoint) {
    return client
        .apps()
        .deployments()
        .inNamespace(endpoint.getMetadata().getNamespace())
        .withName(endpoint.getMetadata().getName());
  }
}
