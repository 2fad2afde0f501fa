package dev.reveille.operator.child;

import dev.reveille.operator.lifecycle.Applied;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an endpoint's or a pool's objects with server-side apply, only when they differ, and never
 * one that is not its owner's.
 */
public final class Children {
  public static final String FIELD_MANAGER = "reveille";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";
  private static final int FORBIDDEN = 403;

  /** What the object itself is the reason of: malformed, forbidden, invalid. */
  private static final Set<Integer> REFUSALS = Set.of(400, 403, 422);

  /** An apply with a field that the cluster does not know is answered with 500 and this. */
  private static final String MALFORMED = "failed to create typed patch object";

  private static final Applied DONE = new Applied.Done();

  private final KubernetesClient client;
  private final Ownership ownership;

  public Children(KubernetesClient client) {
    this.client = client;
    this.ownership = new Ownership(client);
  }

  /**
   * Makes {@code desired} so; {@code actual} is what the cache has of it.
   *
   * @param replicas what a new Deployment starts with, if it does not say
   */
  public <T extends HasMetadata> Applied ensure(
      T desired, @Nullable T actual, int replicas, Context<?> context) {
    try {
      return actual == null
          ? create(desired, replicas, context)
          : converge(desired, actual, context);
    } catch (KubernetesClientException e) {
      return refusal(name(desired), e).orElseThrow(() -> e);
    }
  }

  /** What it means that a write was not taken; empty: nothing that we know. */
  public static Optional<Applied> refusal(String object, KubernetesClientException e) {
    if (isEnding(e)) {
      return Optional.of(new Applied.Ending());
    }
    return REFUSALS.contains(e.getCode()) || said(e).startsWith(MALFORMED)
        ? Optional.of(new Applied.Refused(object, said(e)))
        : Optional.empty();
  }

  private static boolean isEnding(KubernetesClientException e) {
    return e.getCode() == FORBIDDEN
        && e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getCauses().stream()
            .anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
  }

  /**
   * Deletes what was made so, if it is still the owner's; {@code actual} is what the cache has of
   * it. One that changed meanwhile is looked at again when the cache shows it.
   */
  public <T extends HasMetadata> Applied remove(T desired, @Nullable T actual) {
    OwnerReference owner = desired.getMetadata().getOwnerReferences().getFirst();
    if (actual != null && isOf(owner, actual)) {
      remove(actual);
    }
    return DONE;
  }

  /** Deletes an object that is known to be its owner's, as it was seen; says whether we did. */
  public boolean remove(HasMetadata actual) {
    if (actual.getMetadata().getDeletionTimestamp() != null) {
      return false;
    }
    try {
      return !client
          .resource(actual)
          .lockResourceVersion(actual.getMetadata().getResourceVersion())
          .delete()
          .isEmpty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT && e.getCode() != NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }

  /** A POST, because an apply would adopt what is there. */
  private <T extends HasMetadata> Applied create(T desired, int replicas, Context<?> context) {
    try {
      ownership.take(
          client
              .resource(withReplicas(desired, replicas))
              .fieldValidation(Validation.STRICT)
              .create(),
          desired);
      return DONE;
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
    T there = client.resource(desired).get();
    // Gone again: its deletion or the next look brings us back.
    return there == null ? new Applied.Leaving(name(desired)) : converge(desired, there, context);
  }

  private <T extends HasMetadata> Applied converge(T desired, T actual, Context<?> context) {
    OwnerReference owner = desired.getMetadata().getOwnerReferences().getFirst();
    if (!isOf(owner, actual)) {
      return actual.getMetadata().getOwnerReferences().stream()
              .anyMatch(other -> isPredecessor(other, owner))
          ? new Applied.Leaving(name(desired))
          : new Applied.NameTaken(name(desired));
    }
    if (actual.getMetadata().getDeletionTimestamp() != null) {
      return new Applied.Leaving(name(desired));
    }
    // The cache may show it as it was between our POST and the taking of its fields.
    T current = Ownership.isTaken(actual) ? actual : ownership.take(actual, desired);
    if (!SSABasedGenericKubernetesResourceMatcher.<T>getInstance()
        .matches(current, desired, context)) {
      client.resource(desired).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
    }
    return DONE;
  }

  /** Whether the entry says what we own: all that is asked of managed fields here. */
  public static boolean isOurs(ManagedFieldsEntry entry) {
    return Ownership.isOurs(entry);
  }

  private static boolean isOf(OwnerReference owner, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(other -> other.getUid().equals(owner.getUid()));
  }

  /** A deleted owner of the same name, whose objects the cluster has yet to collect. */
  private static boolean isPredecessor(OwnerReference other, OwnerReference owner) {
    return other.getKind().equals(owner.getKind())
        && other.getApiVersion().equals(owner.getApiVersion())
        && other.getName().equals(owner.getName());
  }

  private static HasMetadata withReplicas(HasMetadata desired, int replicas) {
    return desired instanceof Deployment deployment && deployment.getSpec().getReplicas() == null
        ? new DeploymentBuilder(deployment).editSpec().withReplicas(replicas).endSpec().build()
        : desired;
  }

  private static String said(KubernetesClientException e) {
    String message = e.getStatus() == null ? null : e.getStatus().getMessage();
    return message == null ? String.valueOf(e.getMessage()) : message;
  }

  private static String name(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }
}
