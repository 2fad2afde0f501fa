package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.route.Route;
import dev.reveille.activator.route.Router;
import dev.reveille.activator.wake.Waker;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The chain that every request goes through: route → gate → (wake) → backend → forward → record.
 */
public final class Proxy implements Handler<HttpServerRequest> {
  private static final int LONGEST_REQUEST_ID = 128;

  private final Parts parts;

  /** What exchanges work with; shared by the proxies of all event loops, but for the client. */
  public record Shared(
      Endpoints endpoints,
      Backends backends,
      Waker waker,
      BodyBudget budget,
      BooleanSupplier draining,
      LongSupplier nanoTime) {}

  /** The same, on one event loop. */
  record Parts(Vertx vertx, HttpClient http, Shared shared) {
    Backends backends() {
      return shared.backends();
    }

    Waker waker() {
      return shared.waker();
    }

    BodyBudget budget() {
      return shared.budget();
    }

    LongSupplier nanoTime() {
      return shared.nanoTime();
    }
  }

  public Proxy(Vertx vertx, HttpClient http, Shared shared) {
    this.parts = new Parts(vertx, http, shared);
  }

  @Override
  public void handle(HttpServerRequest request) {
    String id = requestId(request);
    request.response().putHeader(Wire.REQUEST_ID, id);
    if (parts.shared().draining().getAsBoolean()) {
      request.response().putHeader("Connection", "close"); // the next one goes elsewhere
    }
    switch (Router.route(request.getHeader("Host"), request.uri())) {
      case Route.Nowhere() ->
          unknown(
              request,
              id,
              "no endpoint is named: send to http://NAME.NAMESPACE/… or to"
                  + " /namespaces/NAMESPACE/endpoints/NAME/…");
      case Route.ToEndpoint(String namespace, String name, String uri) -> {
        Endpoint endpoint = parts.shared().endpoints().named(namespace, name);
        if (endpoint == null) {
          unknown(request, id, "there is no endpoint " + namespace + "/" + name);
        } else {
          new Exchange(parts, endpoint, request, uri, id).start();
        }
      }
    }
  }

  private void unknown(HttpServerRequest request, String id, String message) {
    Refusal refusal = Refusal.unknownEndpoint(message);
    parts.shared().endpoints().others().refused(refusal.reason());
    Refusals.send(request, refusal, id);
  }

  private static String requestId(HttpServerRequest request) {
    String given = request.getHeader(Wire.REQUEST_ID);
    return given != null && !given.isEmpty() && given.length() <= LONGEST_REQUEST_ID
        ? given
        : Long.toHexString(ThreadLocalRandom.current().nextLong());
  }
}
