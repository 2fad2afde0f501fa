package dev.reveille.crds;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's second version as an endpoint of its own: name NAME-canary, UID {@code UID.canary},
 * the spec with the canary's parts in their places, the status as status.canary has it. Only who
 * chooses between the two, and who reports on both, needs to know that they belong together.
 */
public final class Canary {
  private static final String NAME_SUFFIX = "-canary";
  private static final String ID_SUFFIX = ".canary"; // no UID of Kubernetes has a dot

  private Canary() {}

  /** Empty when the endpoint has no second version. */
  public static Optional<InferenceEndpoint> of(InferenceEndpoint endpoint) {
    CanarySpec canary = endpoint.getSpec().canary();
    if (canary == null) {
      return Optional.empty();
    }
    InferenceEndpoint other = new InferenceEndpoint();
    other.setMetadata(
        new ObjectMetaBuilder(endpoint.getMetadata())
            .withName(name(endpoint.getMetadata().getName()))
            .withUid(id(endpoint.getMetadata().getUid()))
            .build());
    other.setSpec(spec(endpoint.getMetadata().getName(), endpoint.getSpec(), canary));
    if (endpoint.getStatus() != null) {
      other.setStatus(statusOf(endpoint.getStatus()));
    }
    return Optional.of(other);
  }

  /** What its Deployment and its autoscaler are called. */
  public static String name(String endpoint) {
    return endpoint + NAME_SUFFIX;
  }

  /** What it has in the place of a UID. */
  public static String id(String endpointUid) {
    return endpointUid + ID_SUFFIX;
  }

  public static boolean isOne(HasMetadata endpoint) {
    return endpoint.getMetadata().getUid() != null
        && endpoint.getMetadata().getUid().endsWith(ID_SUFFIX);
  }

  /** The UID of the endpoint itself, of either version's. */
  public static String ownerUid(String id) {
    return id.endsWith(ID_SUFFIX) ? id.substring(0, id.length() - ID_SUFFIX.length()) : id;
  }

  /** The name of the endpoint itself, of either version's. */
  public static String ownerName(HasMetadata endpoint) {
    String name = endpoint.getMetadata().getName();
    return isOne(endpoint) ? name.substring(0, name.length() - NAME_SUFFIX.length()) : name;
  }

  /** It runs the same as the other: a version that has proved itself remains so. */
  public static boolean runsTheSame(InferenceEndpointSpec one, InferenceEndpointSpec other) {
    return Objects.equals(one.model(), other.model())
        && Objects.equals(one.server(), other.server())
        && Objects.equals(one.container(), other.container());
  }

  /** No pod of a warm pool stands in for it: those are for the version that people rely on. */
  private static InferenceEndpointSpec spec(
      String name, InferenceEndpointSpec stable, CanarySpec canary) {
    ScalingSpec scaling = stable.scaling().withWarmPool(null);
    if (canary.container() != null) {
      return stable.with(null, null, canary.container(), scaling).withCanary(null);
    }
    ModelSpec model = canary.model() == null ? stable.model() : canary.model();
    ServerSpec server = canary.server() == null ? stable.server() : canary.server();
    return stable
        .with(model == null ? null : model.named(name), server, null, scaling)
        .withCanary(null);
  }

  /**
   * The status of the second version, out of the endpoint's. What the endpoint's annotations asked
   * for before there was one is not asked of it.
   */
  public static InferenceEndpointStatus statusOf(InferenceEndpointStatus status) {
    List<Condition> proven = conditions(status.conditions(), Canary::isProven).toList();
    CanaryStatus canary = status.canary();
    if (canary == null) {
      return InferenceEndpointStatus.EMPTY
          .following(status.wakeFollowed(), status.sleepFollowed())
          .with(proven);
    }
    return new InferenceEndpointStatus(
        status.observedGeneration(),
        canary.state(),
        null,
        canary.replicas(),
        canary.wanted(),
        canary.queued(),
        canary.model(),
        canary.coldStarts(),
        canary.wakeFollowed(),
        canary.sleepFollowed(),
        canary.rollout(),
        null,
        Stream.concat(conditions(canary.conditions(), each -> true), proven.stream()).toList());
  }

  /** The endpoint's status with that of its second version, as {@link #of} takes it apart. */
  public static InferenceEndpointStatus merge(
      InferenceEndpointStatus stable, InferenceEndpointStatus canary) {
    List<Condition> conditions =
        Stream.concat(
                conditions(stable.conditions(), each -> true),
                conditions(canary.conditions(), Canary::isProven))
            .toList();
    CanaryStatus second =
        new CanaryStatus(
            canary.state(),
            canary.replicas(),
            canary.wanted(),
            canary.queued(),
            canary.model(),
            canary.coldStarts(),
            canary.wakeFollowed(),
            canary.sleepFollowed(),
            canary.rollout(),
            conditions(canary.conditions(), each -> !isProven(each)).toList());
    return new InferenceEndpointStatus(
        stable.observedGeneration(),
        stable.state(),
        stable.url(),
        stable.replicas(),
        stable.wanted(),
        stable.queued(),
        stable.model(),
        stable.coldStarts(),
        stable.wakeFollowed(),
        stable.sleepFollowed(),
        stable.rollout(),
        second,
        conditions);
  }

  private static boolean isProven(Condition condition) {
    return condition.getType().equals(Api.CANARY_CONDITION);
  }

  private static Stream<Condition> conditions(
      @Nullable List<Condition> conditions, Predicate<Condition> which) {
    return conditions == null ? Stream.of() : conditions.stream().filter(which);
  }
}
