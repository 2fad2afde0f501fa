package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.Keys;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Pods, the operator and the other activators speak to this; each message shows its key. */
public final class InternalServer implements Handler<HttpServerRequest> {
  private final State state;
  private final Access access;
  private final Hellos hellos;
  private final Fences fences;
  private final Models models;

  /** What it tells of and changes. */
  public record State(
      Endpoints endpoints, Backends backends, Pods pods, Depot depot, Waker waker) {}

  /**
   * Who may speak to it, and what it says of itself.
   *
   * @param keys empty until the master key is there
   */
  public record Access(
      String pod,
      Supplier<Optional<Keys>> keys,
      BooleanSupplier ready,
      PrometheusMeterRegistry meters,
      LongSupplier nanoTime) {}

  /**
   * @param peers internal listeners of the other activators
   */
  public InternalServer(
      State state, Access access, Vertx vertx, HttpClient http, Supplier<List<String>> peers) {
    this.state = state;
    this.access = access;
    this.hellos = new Hellos(state.backends(), new Peers(http, peers));
    this.fences = new Fences(state.endpoints(), state.pods(), state.waker(), access.nanoTime());
    this.models = new Models(vertx, state.depot());
  }

  @Override
  public void handle(HttpServerRequest request) {
    Message message = new Message(request);
    switch (request.method().name() + " " + message.path()) {
      case "GET /healthz" -> message.text(200, "text/plain", "ok\n");
      case "GET /readyz" -> ready(message);
      case "GET /metrics" ->
          message.text(200, "text/plain; version=0.0.4; charset=utf-8", access.meters().scrape());
      case "POST " + Wire.HELLO_PATH ->
          keyed(
              message,
              keys -> message.read(Hello.class, hello -> hellos.fromPod(message, keys, hello)));
      case "POST " + Wire.PEERS_HELLO_PATH ->
          keyed(
              message,
              keys ->
                  message.read(
                      Peers.Passed.class, passed -> hellos.fromPeer(message, keys, passed)));
      case "GET " + Wire.LOAD_PATH -> keyed(message, keys -> load(message, keys));
      default -> prefixed(message);
    }
  }

  private void prefixed(Message message) {
    String path = message.path();
    String method = message.request().method().name();
    if (path.startsWith(Wire.MODELS_PATH) && method.equals("GET")) {
      String id = path.substring(Wire.MODELS_PATH.length());
      keyed(message, keys -> models.get(message, keys, id));
    } else if (path.startsWith(Wire.FENCES_PATH)) {
      String uid = path.substring(Wire.FENCES_PATH.length());
      switch (method) {
        case "PUT" ->
            keyed(
                message,
                keys ->
                    message.read(
                        Fences.Fence.class, fence -> fences.put(message, keys, uid, fence)));
        case "DELETE" -> keyed(message, keys -> fences.delete(message, keys, uid));
        default -> message.refuse(405, "WrongMethod", "PUT or DELETE");
      }
    } else {
      message.refuse(404, "UnknownPath", "no such path: " + path);
    }
  }

  /** Without the master key nobody can be told from anybody. */
  private void keyed(Message message, Consumer<Keys> then) {
    Optional<Keys> keys = access.keys().get();
    if (keys.isPresent()) {
      then.accept(keys.get());
    } else {
      message.refuse(503, "NoKey", "the master key is not there yet; try again");
    }
  }

  private void ready(Message message) {
    boolean good = access.ready().getAsBoolean();
    message.text(good ? 200 : 503, "text/plain", good ? "ok\n" : "not ready\n");
  }

  private void load(Message message, Keys keys) {
    if (message.shows(keys.operator())) {
      long now = access.nanoTime().getAsLong();
      message.answer(
          200,
          new LoadReport(
              access.pod(),
              state.endpoints().all().stream()
                  .map(endpoint -> LoadReport.of(endpoint, state.depot(), now))
                  .toList()));
    }
  }
}
