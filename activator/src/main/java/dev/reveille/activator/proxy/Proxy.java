package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.route.Route;
import dev.reveille.activator.route.Router;
import dev.reveille.activator.wake.Waker;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The chain that every request goes through: route → version → gate → (wake) → backend → forward →
 * record.
 */
public final class Proxy implements Handler<HttpServerRequest> {
  private static final int LONGEST_REQUEST_ID = 128;
  private static final long CONNECTION_MILLIS = 5000; // longer than one takes: it is pooled

  private final Parts parts;

  /**
   * What exchanges work with.
   *
   * @param dice 0 to 99, each as likely
   */
  public record Parts(
      Vertx vertx,
      HttpClient http,
      Endpoints endpoints,
      Backends backends,
      Waker waker,
      ReplayBudget budget,
      IntSupplier dice,
      LongSupplier nanoTime) {

    /** A request to the backend, not yet begun. */
    Future<HttpClientRequest> connect(HttpMethod method, Backend backend, String uri) {
      return http.request(
          new RequestOptions()
              .setMethod(method)
              .setHost(backend.host())
              .setPort(backend.port())
              .setURI(uri)
              .setConnectTimeout(CONNECTION_MILLIS));
    }
  }

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
              .map(stable -> Chosen.of(stable, parts.endpoints(), request, parts.dice()))
              .ifPresent(chosen -> new Exchange(parts, chosen, request, uri, id).start());
      case Route.ToWake(String namespace, String name) -> wake(request, namespace, name, id);
    }
  }

  private void wake(HttpServerRequest request, String namespace, String name, String id) {
    if (request.method().equals(HttpMethod.POST)) {
      known(request, namespace, name, id)
          .map(stable -> Chosen.toWake(stable, parts.endpoints(), request))
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
