package dev.reveille.activator.internal;

import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Failure;
import dev.reveille.activator.gate.Gate.Census;
import dev.reveille.activator.measure.Timeline.ColdStart;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the operator is told (the wire contract's load). */
record LoadReport(String activator, List<EndpointLoad> endpoints) {

  /** One endpoint. */
  record EndpointLoad(
      String uid,
      String namespace,
      String name,
      int inFlight,
      int queued,
      long idleMillis,
      int backends,
      @Nullable FailureReport failure,
      Depot.@Nullable Report model,
      List<ColdStart> coldStarts) {}

  /** Why a pod said that it cannot serve. */
  record FailureReport(String revision, String reason, String message) {}

  static EndpointLoad of(Endpoint endpoint, Depot depot, long now) {
    Census census = endpoint.gate().census(now);
    Failure failure = endpoint.failure();
    return new EndpointLoad(
        endpoint.uid(),
        endpoint.namespace(),
        endpoint.name(),
        census.inFlight(),
        census.queued(),
        TimeUnit.NANOSECONDS.toMillis(endpoint.gate().idleNanos(now)),
        census.backends(),
        failure == null
            ? null
            : new FailureReport(failure.revision(), failure.reason(), failure.message()),
        endpoint.modelId().flatMap(depot::report).orElse(null),
        endpoint.coldStarts());
  }
}
