package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Upstream;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.entrance.Entrance;
import dev.reveille.activator.entrance.Scrutiny;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.home.Homes;
import dev.reveille.activator.route.Ignored;
import dev.reveille.activator.route.Route;
import dev.reveille.activator.route.Router;
import dev.reveille.activator.wake.Waker;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The chain that every request goes through: scrutiny → route → version → gate → (wake) → backend →
 * forward → record.
 */
public final class Proxy implements Handler<HttpServerRequest> {
  private static final int LONGEST_REQUEST_ID = 128;

  private final Parts parts;

  /**
   * What exchanges work with.
   *
   * @param clientRead how long a client's socket may take nothing of an answer
   * @param dice 0 to 99, each as likely
   */
  public record Parts(
      Vertx vertx,
      Upstream upstream,
      Farewell farewell,
      Endpoints endpoints,
      Homes homes,
      Backends backends,
      Waker waker,
      Memory memory,
      Duration clientRead,
      IntSupplier dice,
      LongSupplier nanoTime) {}

  public Proxy(Parts parts) {
    this.parts = parts;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String id = requestId(request);
    request.response().putHeader(Wire.REQUEST_ID, id);
    parts.farewell().watch(request);
    if (request.method().equals(HttpMethod.CONNECT)) {
      refuse(request, Refusal.connectIsNotForwarded(), id);
      return;
    }
    switch (Scrutiny.of(request)) {
      case Scrutiny.Outcome.Unsound(Refusal why) -> refuse(request, why, id);
      case Scrutiny.Outcome.Sound(String uri) -> route(request, uri, id);
    }
  }

  private void route(HttpServerRequest request, String target, String id) {
    switch (Router.route(Headers.host(request), target)) {
      case Route.Nowhere() ->
          refuse(
              request,
              Refusal.unknownEndpoint(
                  "no endpoint is named: send to http://NAME.NAMESPACE/… or to"
                      + " /namespaces/NAMESPACE/endpoints/NAME/…"),
              id);
      case Route.ToEndpoint(String namespace, String name, String uri) ->
          known(request, namespace, name, id)
              .ifPresent(
                  endpoint ->
                      call(endpoint, Call.of(request, uri, id, parts.homes().isRelayed(request))));
      case Route.ToWake(String namespace, String name) -> wake(request, namespace, name, id);
    }
  }

  /** One that is not well-formed: what follows on its connection cannot be told. */
  public void refuseMalformed(HttpServerRequest request) {
    String id = Long.toHexString(ThreadLocalRandom.current().nextLong());
    request.response().putHeader(Wire.REQUEST_ID, id);
    Refusals.close(request.response(), Entrance.refusal(request), id);
  }

  private void call(Endpoint endpoint, Call call) {
    if (call.kind() == Call.Kind.PLAIN && isIgnored(endpoint, call)) {
      new Aside(parts, endpoint, call).start();
    } else {
      Chosen chosen = Chosen.of(endpoint, parts.endpoints(), call, parts.dice());
      new Exchange(parts, chosen, call).start();
    }
  }

  private static boolean isIgnored(Endpoint endpoint, Call call) {
    HttpServerRequest request = call.request();
    return Ignored.is(
        request.method().name(),
        call.uri(),
        request.getHeader("User-Agent"),
        request.getHeader("Access-Control-Request-Method") != null,
        endpoint.spec().requests().ignore());
  }

  private void wake(HttpServerRequest request, String namespace, String name, String id) {
    if (request.method().equals(HttpMethod.POST)) {
      known(request, namespace, name, id)
          .map(stable -> Chosen.toWake(stable, parts.endpoints(), request))
          .ifPresent(endpoint -> new WakeCall(parts, endpoint, request, id).start());
    } else {
      request.response().putHeader("Allow", "POST");
      refuse(request, Refusal.wakeByPost(), id);
    }
  }

  /** The endpoint; else the request is answered. */
  private Optional<Endpoint> known(
      HttpServerRequest request, String namespace, String name, String id) {
    Endpoint endpoint = parts.endpoints().named(namespace, name);
    if (endpoint == null) {
      refuse(
          request, Refusal.unknownEndpoint("there is no endpoint " + namespace + "/" + name), id);
    }
    return Optional.ofNullable(endpoint);
  }

  private void refuse(HttpServerRequest request, Refusal why, String id) {
    Refusals.send(request, why, id, parts.vertx());
  }

  private static String requestId(HttpServerRequest request) {
    String given = request.getHeader(Wire.REQUEST_ID);
    return given != null && !given.isEmpty() && given.length() <= LONGEST_REQUEST_ID
        ? given
        : Long.toHexString(ThreadLocalRandom.current().nextLong());
  }
}
