package dev.reveille.activator.internal;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Failure;
import dev.reveille.activator.gate.Census;
import dev.reveille.activator.gate.Ejection;
import dev.reveille.activator.measure.Timeline.ColdStart;
import dev.reveille.activator.pool.Pools;
import dev.reveille.activator.watch.Pods;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the operator is told (the wire contract's load).
 *
 * @param full the endpoints are all there are; else those that changed since the version asked for
 * @param known how many endpoints there are in all
 */
public record LoadReport(
    String activator,
    String version,
    boolean full,
    int known,
    List<EndpointLoad> endpoints,
    List<PoolLoad> pools) {
  private static final long WORTH_TELLING_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** One endpoint. */
  public record EndpointLoad(
      String uid,
      String namespace,
      String name,
      int inFlight,
      int queued,
      long idleMillis,
      int backends,
      @Nullable FailureReport failure,
      List<Bridge> bridges,
      Depot.@Nullable Report model,
      List<ColdStart> coldStarts,
      List<Ejected> ejected) {

    EndpointLoad withIdleMillis(long millis) {
      return new EndpointLoad(
          uid,
          namespace,
          name,
          inFlight,
          queued,
          millis,
          backends,
          failure,
          bridges,
          model,
          coldStarts,
          ejected);
    }
  }

  /** A replica that is left out because it failed, or kept though it does. */
  public record Ejected(String pod, String reason, String message, boolean kept) {}

  /** Why a pod said that it cannot serve. */
  public record FailureReport(String revision, String reason, String message) {}

  /** A pool pod that serves an endpoint. */
  public record Bridge(String pod, int inFlight) {}

  /** One warm pool; {@code spent} names pods that are of no use any more. */
  public record PoolLoad(
      String uid,
      String namespace,
      String name,
      int free,
      long claims,
      long misses,
      List<String> spent) {}

  /**
   * @param since the version that the reader has; empty: none
   */
  public static LoadReport of(
      InternalServer.Parts parts, LoadJournal journal, String since, long now) {
    LoadJournal.News news =
        journal.since(
            since,
            parts.endpoints().all().stream().map(endpoint -> look(endpoint, parts, now)).toList());
    return new LoadReport(
        parts.pod(),
        news.version(),
        news.full(),
        news.known(),
        news.endpoints(),
        parts.pools().census((uid, host) -> serves(parts, uid, host), now).stream()
            .map(pool -> load(pool, parts.pods()))
            .toList());
  }

  private static boolean serves(InternalServer.Parts parts, String uid, String host) {
    return parts.endpoints().withUid(uid).filter(each -> each.hasBackendAt(host)).isPresent();
  }

  private static LoadJournal.Look look(Endpoint endpoint, InternalServer.Parts parts, long now) {
    Census census = endpoint.gate().census(now);
    long idle = endpoint.gate().idleNanos(now);
    boolean busy = census.inFlight() > 0 || census.queued() > 0;
    return new LoadJournal.Look(load(endpoint, census, idle, parts, now), busy ? 0 : now - idle);
  }

  private static EndpointLoad load(
      Endpoint endpoint, Census census, long idleNanos, InternalServer.Parts parts, long now) {
    Failure failure = endpoint.trouble();
    return new EndpointLoad(
        endpoint.uid(),
        endpoint.namespace(),
        endpoint.name(),
        census.inFlight(),
        census.queued(),
        TimeUnit.NANOSECONDS.toMillis(idleNanos),
        census.backends(),
        failure == null
            ? null
            : new FailureReport(failure.revision(), failure.reason(), failure.message()),
        bridges(endpoint, parts.pods()),
        endpoint.modelId().flatMap(parts.depot()::report).orElse(null),
        endpoint.coldStarts(),
        ejected(endpoint, parts.pods(), now));
  }

  /** Those that are out for a while: a pod that is deleted is out of reach before it is gone. */
  private static List<Ejected> ejected(Endpoint endpoint, Pods pods, long now) {
    List<Ejected> ejected = new ArrayList<>();
    for (Ejection each : endpoint.gate().failing()) {
      if (now - each.since() > WORTH_TELLING_NANOS) {
        String host = each.backend().host();
        ejected.add(
            new Ejected(
                pods.nameAt(endpoint.namespace(), host).orElse(each.backend().address()),
                each.why().reason(),
                each.why().sentence(),
                each.kept()));
      }
    }
    return List.copyOf(ejected);
  }

  private static List<Bridge> bridges(Endpoint endpoint, Pods pods) {
    List<Bridge> bridges = new ArrayList<>();
    endpoint
        .gate()
        .bridges()
        .forEach(
            (Backend backend, Integer inFlight) ->
                pods.nameAt(endpoint.namespace(), backend.host())
                    .ifPresent(pod -> bridges.add(new Bridge(pod, inFlight))));
    return List.copyOf(bridges);
  }

  private static PoolLoad load(Pools.Census pool, Pods pods) {
    return new PoolLoad(
        pool.uid(),
        pool.pool().namespace(),
        pool.pool().name(),
        pool.free(),
        pool.claims(),
        pool.misses(),
        pool.spent().stream()
            .map(host -> pods.nameAt(pool.pool().namespace(), host))
            .flatMap(Optional::stream)
            .toList());
  }
}
