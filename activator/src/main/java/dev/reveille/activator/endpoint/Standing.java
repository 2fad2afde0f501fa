package dev.reveille.activator.endpoint;

import dev.reveille.activator.Wire;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.crds.Api;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;

/**
 * How an endpoint stands by the operator's word: its conditions, as far as they are of its spec.
 */
final class Standing {
  private Standing() {}

  /** The warm pool that a wake may claim from. */
  static Optional<String> usablePool(InferenceEndpoint endpoint) {
    return condition(endpoint, Api.POOL_CONDITION)
        .filter(condition -> condition.getStatus().equals("True"))
        .flatMap(usable -> Optional.ofNullable(endpoint.getSpec().scaling().warmPool()));
  }

  /** What is wrong, if anything is. */
  static Optional<Refusal> wrong(InferenceEndpoint endpoint) {
    return condition(endpoint, Wire.READY_CONDITION)
        .filter(condition -> condition.getStatus().equals("False"))
        .map(condition -> Refusal.cannotServe(condition.getReason(), condition.getMessage()));
  }

  /** What stands in the way of requests now: a sleeping endpoint may be tried again. */
  static Optional<Obstacle> obstacle(InferenceEndpoint endpoint) {
    InferenceEndpointStatus status = endpoint.getStatus();
    Integer wanted = status == null ? null : status.wanted();
    return wrong(endpoint)
        .map(why -> new Obstacle(why, Wire.POD_TROUBLE.contains(why.reason())))
        .filter(
            obstacle ->
                obstacle.passes()
                    ? wanted != null && wanted > 0
                    : Wire.NO_WAKE.contains(obstacle.refusal().reason())
                        && (wanted == null || !isRefused(obstacle)));
  }

  /** With a Deployment the endpoint can be woken, as it was before the change was refused. */
  private static boolean isRefused(Obstacle obstacle) {
    return obstacle.refusal().reason().equals("ObjectRefused");
  }

  static EndpointState state(InferenceEndpoint endpoint) {
    InferenceEndpointStatus status = endpoint.getStatus();
    return status == null || status.state() == null ? EndpointState.ASLEEP : status.state();
  }

  private static Optional<Condition> condition(InferenceEndpoint endpoint, String type) {
    InferenceEndpointStatus status = endpoint.getStatus();
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .filter(
                condition ->
                    Objects.equals(
                        condition.getObservedGeneration(), endpoint.getMetadata().getGeneration()))
            .findFirst();
  }
}
