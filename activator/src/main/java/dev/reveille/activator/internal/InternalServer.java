package dev.reveille.activator.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Gate.Census;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.Keys;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Pods, the operator and the other activators speak to this; each message shows its key. */
public final class InternalServer implements Handler<HttpServerRequest> {
  private static final int MOST_BODY = 64 << 10;
  private static final int LONGEST_FENCE_SECONDS = 60;

  private final Parts parts;
  private final Peers peers;
  private final ObjectMapper json = new ObjectMapper();

  /** What the internal listener works with. */
  public record Parts(
      String pod,
      Keys keys,
      Endpoints endpoints,
      Backends backends,
      Pods pods,
      Depot depot,
      Waker waker,
      PrometheusMeterRegistry meters,
      BooleanSupplier ready,
      BooleanSupplier alive,
      LongSupplier nanoTime) {}

  private InternalServer(Parts parts, Peers peers) {
    this.parts = parts;
    this.peers = peers;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path() == null ? "" : request.path();
    switch (request.method().name() + " " + path) {
      case "GET /healthz" -> health(request.response(), parts.alive());
      case "GET /readyz" -> health(request.response(), parts.ready());
      case "GET /metrics" ->
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(parts.meters().scrape());
      case "POST " + Wire.HELLO_PATH -> body(request, Hello.class, this::hello);
      case "POST " + Wire.PEERS_HELLO_PATH -> body(request, Peers.Passed.class, this::passedHello);
      case "GET " + Wire.LOAD_PATH -> load(request);
      default -> prefixed(request, path);
    }
  }

  private void prefixed(HttpServerRequest request, String path) {
    if (path.startsWith(Wire.MODELS_PATH)) {
      model(request, path.substring(Wire.MODELS_PATH.length()));
    } else if (path.startsWith(Wire.FENCES_PATH)) {
      String uid = path.substring(Wire.FENCES_PATH.length());
      switch (request.method().name()) {
        case "PUT" -> body(request, Fence.class, (asked, fence) -> fence(asked, uid, fence));
        case "DELETE" -> unfence(request, uid);
        default -> answer(request.response(), 405, Map.of("error", "PUT or DELETE"));
      }
    } else {
      answer(request.response(), 404, Map.of("error", "no such path: " + path));
    }
  }

  private static void health(HttpServerResponse response, BooleanSupplier good) {
    boolean fine = good.getAsBoolean();
    response.setStatusCode(fine ? 200 : 503).end(fine ? "ok\n" : "not ok\n");
  }

  private void hello(HttpServerRequest request, Hello hello) {
    String key = parts.keys().endpoint(hello.uid(), hello.revision(), hello.modelId());
    if (!shows(request, key)) {
      unauthorized(request);
      return;
    }
    if (hello.port() < 1 || hello.port() > 65535) {
      answer(request.response(), 400, Map.of("error", "no port: " + hello.port()));
      return;
    }
    String host = request.remoteAddress().hostAddress();
    switch (parts.backends().hello(hello, host)) {
      case YES -> {
        peers.tell(hello, host);
        request.response().setStatusCode(204).end();
      }
      case NOT_NOW -> answer(request.response(), 503, Map.of("error", "not now; try again"));
    }
  }

  private void passedHello(HttpServerRequest request, Peers.Passed passed) {
    if (!shows(request, parts.keys().activator())) {
      unauthorized(request);
      return;
    }
    if (passed.hello() != null && passed.host() != null) {
      parts.backends().hello(passed.hello(), passed.host());
    }
    request.response().setStatusCode(204).end();
  }

  private void load(HttpServerRequest request) {
    if (!shows(request, parts.keys().operator())) {
      unauthorized(request);
      return;
    }
    long now = parts.nanoTime().getAsLong();
    answer(
        request.response(),
        200,
        new LoadReport(
            parts.pod(),
            parts.endpoints().all().stream()
                .map(endpoint -> LoadReport.of(endpoint, parts.depot(), now))
                .toList()));
  }

  /** What a fence asks for. */
  record Fence(int seconds) {}

  private void fence(HttpServerRequest request, String uid, Fence fence) {
    Optional<Endpoint> endpoint = endpointOf(request, uid);
    if (endpoint.isPresent()) {
      long now = parts.nanoTime().getAsLong();
      int seconds = Math.clamp(fence.seconds(), 1, LONGEST_FENCE_SECONDS);
      Census census = endpoint.get().gate().fence(now + TimeUnit.SECONDS.toNanos(seconds), now);
      answer(
          request.response(),
          200,
          Map.of("inFlight", census.inFlight(), "queued", census.queued()));
    }
  }

  private void unfence(HttpServerRequest request, String uid) {
    Optional<Endpoint> endpoint = endpointOf(request, uid);
    if (endpoint.isPresent()) {
      long now = parts.nanoTime().getAsLong();
      if ("true".equals(request.getParam("slept"))) {
        parts.waker().forget(uid);
        endpoint.get().slept(parts.pods().hostsOf(uid), now);
      } else {
        endpoint.get().gate().unfence(now);
      }
      parts.waker().wakeIfNeeded(endpoint.get());
      request.response().setStatusCode(204).end();
    }
  }

  /** The endpoint, for the operator; else the request is answered. */
  private Optional<Endpoint> endpointOf(HttpServerRequest request, String uid) {
    if (!shows(request, parts.keys().operator())) {
      unauthorized(request);
      return Optional.empty();
    }
    Optional<Endpoint> endpoint = parts.endpoints().withUid(uid);
    if (endpoint.isEmpty()) {
      answer(request.response(), 404, Map.of("error", "no endpoint has the UID " + uid));
    }
    return endpoint;
  }

  private void model(HttpServerRequest request, String modelId) {
    String uid = header(request, Wire.ENDPOINT);
    String revision = header(request, Wire.REVISION);
    if (!shows(request, parts.keys().endpoint(uid, revision, modelId))) {
      unauthorized(request);
      return;
    }
    Optional<java.nio.file.Path> file = parts.depot().file(modelId);
    if (file.isPresent()) {
      request.response().sendFile(file.get().toString());
      return;
    }
    Optional<Depot.Report> report = parts.depot().report(modelId);
    boolean failed = report.filter(state -> state.state().equals("failed")).isPresent();
    answer(
        request.response(),
        failed ? 502 : 503,
        failed
            ? Map.of("error", report.get().message(), "reason", report.get().reason())
            : Map.of("error", "the model is being fetched", "reason", "Fetching"));
  }

  /** Reads a small JSON body and hands it on. */
  private <T> void body(
      HttpServerRequest request, Class<T> type, BiConsumer<HttpServerRequest, T> then) {
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() <= MOST_BODY) {
            body.appendBuffer(chunk);
          } else {
            request.connection().close();
          }
        });
    request.endHandler(
        end -> {
          try {
            T value = json.readValue(body.getBytes(), type);
            if (value == null) {
              answer(request.response(), 400, Map.of("error", "an object is expected here"));
            } else {
              then.accept(request, value);
            }
          } catch (JsonProcessingException e) {
            answer(request.response(), 400, Map.of("error", "not what is expected here"));
          } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
          }
        });
  }

  private static boolean shows(HttpServerRequest request, String key) {
    return Keys.same(header(request, "Authorization"), "Bearer " + key);
  }

  private void unauthorized(HttpServerRequest request) {
    answer(request.response(), 401, Map.of("error", "the key is wrong", "reason", "Unauthorized"));
  }

  private static String header(HttpServerRequest request, String name) {
    @Nullable String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  private void answer(HttpServerResponse response, int status, Object body) {
    try {
      response
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(Buffer.buffer(json.writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records and maps are JSON", e);
    }
  }

  /** Peers that speak through {@code http}. */
  public static InternalServer of(
      Parts parts,
      io.vertx.core.http.HttpClient http,
      java.util.function.Supplier<List<String>> addresses) {
    return new InternalServer(parts, new Peers(http, addresses, parts.keys().activator()));
  }
}
