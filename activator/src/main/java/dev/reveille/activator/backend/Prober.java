package dev.reveille.activator.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.pool.PoolName;
import dev.reveille.activator.pool.Pools;
import dev.reveille.activator.watch.PodSeen;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.ContainerSpec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks pods that have an address and have not said hello: servers that are not ours never do, and a
 * hello may have gone to an activator that was lost. Every 20 ms at first, later ten times a second
 * while somebody waits for it, else once.
 */
public final class Prober {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SLOWEST_AWAITED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SLOWEST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TIMEOUT_MILLIS = 1000;
  private static final int OK = 200;

  private final Upstream upstream;
  private final Pods pods;
  private final Backends backends;
  private final Pools pools;
  private final LongSupplier nanoTime;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Next> next = new ConcurrentHashMap<>();

  public Prober(
      Upstream upstream, Pods pods, Backends backends, Pools pools, LongSupplier nanoTime) {
    this.upstream = upstream;
    this.pods = pods;
    this.backends = backends;
    this.pools = pools;
    this.nanoTime = nanoTime;
  }

  /** When a pod is asked next, and how much later after that. */
  private record Next(long at, long interval) {}

  /** Asks those that are due; to be called every 20 ms. */
  public void probe() {
    long now = nanoTime.getAsLong();
    next.keySet().removeIf(uid -> !pods.knows(uid));
    for (PodSeen pod : pods.all()) {
      if (pod.leaving() || pod.host().isEmpty()) {
        continue;
      }
      if (!pod.pool().isEmpty()) {
        probePoolPod(pod, now);
        continue;
      }
      pods.ownerOf(pod)
          .filter(endpoint -> !endpoint.hasBackendAt(pod.host()))
          .filter(endpoint -> due(pod, now, slowest(endpoint)))
          .ifPresent(endpoint -> probe(endpoint, pod));
    }
  }

  /** One that is silent may serve somebody: it was claimed when we did not listen. */
  private void probePoolPod(PodSeen pod, long now) {
    if (!pools.knows(pod.host(), now) && due(pod, now, SLOWEST_NANOS)) {
      get(pod.host(), Wire.MODEL_PORT, Wire.REPORT_PATH)
          .onSuccess(document -> read(document).ifPresent(hello -> claimed(hello, pod)));
    }
  }

  private void claimed(Hello hello, PodSeen pod) {
    if (hello.isBridge()) {
      pools.taken(
          new PoolName(pod.namespace(), pod.pool()),
          hello.instance(),
          pod.host(),
          hello.uid(),
          nanoTime.getAsLong()); // serves once it is handed over: this report shows no key
    }
  }

  private static long slowest(Endpoint endpoint) {
    return endpoint.gate().oldest().isPresent() ? SLOWEST_AWAITED_NANOS : SLOWEST_NANOS;
  }

  private boolean due(PodSeen pod, long now, long slowest) {
    Next planned = next.get(pod.uid());
    if (planned != null && now - planned.at() < 0) {
      return false;
    }
    long interval = planned == null ? FIRST_NANOS : planned.interval();
    long bounded = Math.min(slowest, interval);
    next.put(pod.uid(), new Next(now + bounded, Math.min(SLOWEST_NANOS, bounded + bounded / 4)));
    return true;
  }

  private void probe(Endpoint endpoint, PodSeen pod) {
    ContainerSpec container = endpoint.spec().container();
    if (container == null) {
      get(pod.host(), Wire.MODEL_PORT, Wire.REPORT_PATH)
          .onSuccess(document -> report(document, pod));
    } else {
      Readiness.ask(upstream, container, pod.host())
          .onSuccess(
              ready -> backends.ready(endpoint, pod.host(), container.port(), pod.revision()))
          .onFailure(
              why ->
                  endpoint
                      .wake()
                      .unready(
                          "pod %s is not ready: %s %s"
                              .formatted(pod.name(), container.readinessPath(), why.getMessage())));
    }
  }

  private void report(Buffer document, PodSeen pod) {
    read(document)
        .filter(hello -> hello.uid().equals(pod.endpointUid()))
        .ifPresent(hello -> backends.hello(hello, pod.host()));
  }

  /** Empty for what is no report: whatever listens there is not our model server. */
  private Optional<Hello> read(Buffer document) {
    try {
      return Optional.ofNullable(json.readValue(document.getBytes(), Hello.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (java.io.IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  /** The body of a 200; fails on anything else. */
  private Future<Buffer> get(String host, int port, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host)
            .setPort(port)
            .setURI(path)
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setTimeout(TIMEOUT_MILLIS);
    return upstream
        .http1()
        .request(options)
        .compose(request -> request.send())
        .compose(
            response ->
                response.statusCode() / 100 == OK / 100
                    ? response.body()
                    : Future.failedFuture("answered " + response.statusCode()));
  }
}
