package dev.reveille.operator.child;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes an endpoint's objects with server-side apply, only when they differ, and never one that is
 * not the endpoint's.
 */
public final class Children {
  public static final String FIELD_MANAGER = "reveille";
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Ownership ownership;

  public Children(KubernetesClient client) {
    this.client = client;
    this.ownership = new Ownership(client);
  }

  /**
   * Makes {@code desired} so; {@code actual} is what the cache has of it.
   *
   * @param replicas what a new Deployment starts with
   * @return the name of a foreign object in its place; empty when all is well
   */
  public <T extends HasMetadata> Optional<String> ensure(
      T desired, @Nullable T actual, int replicas, Context<?> context) {
    if (actual == null) {
      return create(desired, replicas);
    }
    if (!isOurs(actual, desired)) {
      return Optional.of(name(desired));
    }
    if (!SSABasedGenericKubernetesResourceMatcher.<T>getInstance()
        .matches(actual, desired, context)) {
      apply(desired);
    }
    return Optional.empty();
  }

  /** The controller of both is the same object. */
  private static boolean isOurs(HasMetadata actual, HasMetadata desired) {
    String uid = desired.getMetadata().getOwnerReferences().getFirst().getUid();
    return actual.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> uid.equals(owner.getUid()));
  }

  /** A POST, because an apply would adopt what is there. */
  private <T extends HasMetadata> Optional<String> create(T desired, int replicas) {
    try {
      HasMetadata created = client.resource(withReplicas(desired, replicas)).create();
      ownership.take(created);
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      HasMetadata there = client.resource(desired).get();
      if (there == null || !isOurs(there, desired)) {
        return Optional.of(name(desired));
      }
      apply(desired); // made by us a moment ago; the cache has not seen it
      return Optional.empty();
    }
  }

  private void apply(HasMetadata desired) {
    client.resource(desired).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
  }

  private static HasMetadata withReplicas(HasMetadata desired, int replicas) {
    return desired instanceof Deployment deployment
        ? new DeploymentBuilder(deployment).editSpec().withReplicas(replicas).endSpec().build()
        : desired;
  }

  private static String name(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }
}
