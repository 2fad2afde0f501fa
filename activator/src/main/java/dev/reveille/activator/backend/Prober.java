package dev.reveille.activator.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.watch.PodSeen;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.ContainerSpec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks pods that have an address and have not said hello: servers that are not ours never do, and a
 * hello may have gone to an activator that was lost. Every 20 ms at first, once a second later, one
 * question at a time. One event loop's.
 */
public final class Prober {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SLOWEST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SURVEY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TIMEOUT_MILLIS = 1000;
  private static final int MOST_BYTES = 64 << 10;

  private final HttpClient http;
  private final Endpoints endpoints;
  private final Pods pods;
  private final Backends backends;
  private final LongSupplier nanoTime;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Target> targets = new HashMap<>();
  private long surveyed;
  private long seenVersion = -1;

  public Prober(
      HttpClient http, Endpoints endpoints, Pods pods, Backends backends, LongSupplier nanoTime) {
    this.http = http;
    this.endpoints = endpoints;
    this.pods = pods;
    this.backends = backends;
    this.nanoTime = nanoTime;
    this.surveyed = nanoTime.getAsLong();
  }

  /** A pod whose word is missing. */
  private static final class Target {
    private PodSeen pod;
    private long next;
    private long interval = FIRST_NANOS;
    private boolean asking;

    Target(PodSeen pod, long now) {
      this.pod = pod;
      this.next = now;
    }
  }

  /** Asks those that are due; to be called every 20 ms. */
  public void probe() {
    long now = nanoTime.getAsLong();
    long version = pods.version() + backends.suspicions();
    if (version != seenVersion || now - surveyed >= SURVEY_NANOS) {
      seenVersion = version;
      surveyed = now;
      survey(now);
    }
    for (Target target : targets.values()) {
      if (!target.asking && now - target.next >= 0) {
        endpoints
            .withUid(target.pod.endpointUid())
            .filter(endpoint -> !endpoint.hasBackendAt(target.pod.host()))
            .ifPresent(endpoint -> ask(endpoint, target));
      }
    }
  }

  /** Looks at all pods again, for those whose word is missing. */
  private void survey(long now) {
    Map<String, Target> before = new HashMap<>(targets);
    targets.clear();
    for (PodSeen pod : pods.all()) {
      if (pod.leaving() || pod.host().isEmpty()) {
        continue;
      }
      endpoints
          .withUid(pod.endpointUid())
          .filter(endpoint -> !endpoint.hasBackendAt(pod.host()))
          .ifPresent(
              endpoint -> {
                Target target = before.getOrDefault(pod.uid(), new Target(pod, now));
                target.pod = pod;
                targets.put(pod.uid(), target);
              });
    }
  }

  private void ask(Endpoint endpoint, Target target) {
    target.asking = true;
    PodSeen pod = target.pod;
    ContainerSpec container = endpoint.spec().container();
    Future<?> asked =
        container == null
            ? get(pod.host(), Wire.MODEL_PORT, Wire.REPORT_PATH)
                .compose(Prober::document)
                .onSuccess(document -> report(document, pod))
            : get(pod.host(), container.port(), container.readinessPath())
                .onSuccess(
                    ready -> {
                      ready.request().reset(); // only the status matters
                      backends.ready(endpoint, pod, container.port());
                    });
    asked.onComplete(
        done -> {
          target.asking = false;
          target.next = nanoTime.getAsLong() + target.interval;
          target.interval = Math.min(SLOWEST_NANOS, target.interval + target.interval / 4);
        });
  }

  private void report(Buffer document, PodSeen pod) {
    try {
      Hello hello = json.readValue(document.getBytes(), Hello.class);
      boolean fits =
          hello != null && hello.problem().isEmpty() && hello.uid().equals(pod.endpointUid());
      if (fits && pods.at(pod.endpointUid(), pod.host()).isPresent()) {
        backends.hello(hello, pod.host());
      }
    } catch (JsonProcessingException e) {
      // not a report: whatever listens there is not our model server
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  /** The head of a 2xx; fails on anything else. */
  private Future<HttpClientResponse> get(String host, int port, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host)
            .setPort(port)
            .setURI(path)
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setTimeout(TIMEOUT_MILLIS);
    return http.request(options)
        .compose(request -> request.send())
        .compose(
            response -> {
              if (response.statusCode() / 100 == 2) {
                return Future.succeededFuture(response);
              }
              response.request().reset();
              return Future.failedFuture("answered " + response.statusCode());
            });
  }

  /** A body within bounds; the pod is not trusted to keep to them. */
  private static Future<Buffer> document(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() > MOST_BYTES) {
            whole.tryFail("more than " + MOST_BYTES + " bytes");
            response.request().reset();
          } else {
            body.appendBuffer(chunk);
          }
        });
    response.endHandler(end -> whole.tryComplete(body));
    return whole.future();
  }
}
