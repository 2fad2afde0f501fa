package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.route.Ignored;
import dev.reveille.activator.route.Route;
import dev.reveille.activator.route.Router;
import dev.reveille.activator.wake.Waker;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * The chain that every request goes through: route → gate → (wake) → backend → forward → record.
 */
public final class Proxy implements Handler<HttpServerRequest> {
  private static final int LONGEST_REQUEST_ID = 128;

  private final Parts parts;

  /** What exchanges work with. */
  public record Parts(
      Vertx vertx,
      HttpClient http,
      Endpoints endpoints,
      Backends backends,
      Waker waker,
      ReplayBudget budget,
      LongSupplier nanoTime) {}

  public Proxy(Parts parts) {
    this.parts = parts;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String id = requestId(request);
    request.response().putHeader(Wire.REQUEST_ID, id);
    switch (Router.route(request.getHeader("Host"), request.uri())) {
      case Route.Nowhere() ->
          Refusals.send(
              request.response(),
              Refusal.unknownEndpoint(
                  "no endpoint is named: send to http://NAME.NAMESPACE/… or to"
                      + " /namespaces/NAMESPACE/endpoints/NAME/…"),
              id);
      case Route.ToEndpoint(String namespace, String name, String uri) ->
          known(request, namespace, name, id)
              .ifPresent(endpoint -> call(endpoint, request, uri, id));
      case Route.ToWake(String namespace, String name) -> wake(request, namespace, name, id);
    }
  }

  private void call(Endpoint endpoint, HttpServerRequest request, String uri, String id) {
    String agent = request.getHeader("User-Agent");
    boolean preflight = request.getHeader("Access-Control-Request-Method") != null;
    if (Ignored.is(
        request.method().name(), uri, agent, preflight, endpoint.spec().requests().ignore())) {
      new Aside(parts, endpoint, request, uri, id).start();
    } else {
      new Exchange(parts, endpoint, request, uri, id).start();
    }
  }

  private void wake(HttpServerRequest request, String namespace, String name, String id) {
    if (request.method().equals(HttpMethod.POST)) {
      known(request, namespace, name, id)
          .ifPresent(endpoint -> new WakeCall(parts, endpoint, request, id).start());
    } else {
      request.response().putHeader("Allow", "POST");
      Refusals.send(request.response(), Refusal.wakeByPost(), id);
    }
  }

  /** The endpoint; else the request is answered. */
  private Optional<Endpoint> known(
      HttpServerRequest request, String namespace, String name, String id) {
    Endpoint endpoint = parts.endpoints().named(namespace, name);
    if (endpoint == null) {
      Refusals.send(
          request.response(),
          Refusal.unknownEndpoint("there is no endpoint " + namespace + "/" + name),
          id);
    }
    return Optional.ofNullable(endpoint);
  }

  private static String requestId(HttpServerRequest request) {
    String given = request.getHeader(Wire.REQUEST_ID);
    return given != null && !given.isEmpty() && given.length() <= LONGEST_REQUEST_ID
        ? given
        : Long.toHexString(ThreadLocalRandom.current().nextLong());
  }
}
