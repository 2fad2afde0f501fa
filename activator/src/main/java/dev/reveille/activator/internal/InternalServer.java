package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.metricsapi.OwnDemand;
import dev.reveille.activator.pool.PoolHello;
import dev.reveille.activator.pool.Pools;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.Keys;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Pods, the operator and the other activators speak to this; each message shows its key. */
public final class InternalServer implements Handler<HttpServerRequest> {
  private final Parts parts;
  private final Hellos hellos;
  private final Fences fences;
  private final Handout handout;
  private final LoadJournal journal = new LoadJournal();
  private final String instance = UUID.randomUUID().toString();

  /** What the internal listener works with. */
  public record Parts(
      String pod,
      Keys keys,
      Endpoints endpoints,
      Backends backends,
      Pools pools,
      Pods pods,
      Depot depot,
      Waker waker,
      PrometheusMeterRegistry meters,
      BooleanSupplier ready,
      BooleanSupplier alive,
      LongSupplier nanoTime) {}

  /**
   * @param http speaks to the peers, whose internal listeners {@code addresses} names
   */
  public InternalServer(
      Parts parts, Vertx vertx, HttpClient http, Supplier<List<String>> addresses) {
    this.parts = parts;
    this.hellos =
        new Hellos(
            parts,
            new Taking(parts.endpoints(), parts.backends(), parts.pools(), parts.nanoTime()),
            parts.pools(),
            new Peers(new HttpPost(vertx, http, parts.keys().activator()), addresses));
    this.fences = new Fences(parts);
    this.handout = new Handout(parts.keys(), parts.depot());
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path() == null ? "" : request.path();
    Message message = new Message(request);
    switch (request.method().name() + " " + path) {
      case "GET /healthz" -> health(request.response(), parts.alive());
      case "GET /readyz" -> health(request.response(), parts.ready());
      case "GET /metrics" ->
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(parts.meters().scrape());
      case "POST " + Wire.HELLO_PATH ->
          message.body(Hello.class, hello -> hellos.ofPod(message, hello));
      case "POST " + Wire.PEERS_HELLO_PATH ->
          message.body(Peers.Passed.class, passed -> hellos.ofPeer(message, passed));
      case "POST " + Wire.POOLS_HELLO_PATH ->
          message.body(PoolHello.class, hello -> hellos.ofPoolPod(message, hello));
      case "POST " + Wire.PEERS_POOLS_HELLO_PATH ->
          message.body(
              Peers.PassedPoolHello.class, passed -> hellos.ofPoolPodByPeer(message, passed));
      case "GET " + Wire.PEERS_DEMAND_PATH -> demand(message);
      case "GET " + Wire.LOAD_PATH -> load(message);
      default -> prefixed(message, path);
    }
  }

  private void prefixed(Message message, String path) {
    if (path.startsWith(Wire.MODELS_PATH)) {
      handout.handle(message, path.substring(Wire.MODELS_PATH.length()));
    } else if (path.startsWith(Wire.FENCES_PATH)) {
      fences.handle(message, path.substring(Wire.FENCES_PATH.length()));
    } else {
      message.error(404, "no such path: " + path);
    }
  }

  private static void health(HttpServerResponse response, BooleanSupplier good) {
    boolean fine = good.getAsBoolean();
    response.setStatusCode(fine ? 200 : 503).end(fine ? "ok\n" : "not ok\n");
  }

  private void demand(Message message) {
    if (message.shows(parts.keys().activator())) {
      OwnDemand demand = new OwnDemand(parts.endpoints());
      message.answer(200, demand.report(instance, parts.nanoTime().getAsLong()));
    } else {
      message.unauthorized();
    }
  }

  private void load(Message message) {
    if (message.shows(parts.keys().operator())) {
      String since = message.request().getParam("since", "");
      message.answer(200, LoadReport.of(parts, journal, since, parts.nanoTime().getAsLong()));
    } else {
      message.unauthorized();
    }
  }
}
