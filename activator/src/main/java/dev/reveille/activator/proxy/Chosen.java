package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.measure.Meters;
import dev.reveille.activator.route.Versions;
import dev.reveille.activator.route.Versions.Version;
import dev.reveille.crds.CanarySpec;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The version of an endpoint that a request goes to.
 *
 * @param otherwise who takes it if that version refuses it
 */
record Chosen(Endpoint endpoint, Optional<Endpoint> otherwise) {

  static Chosen of(Endpoint stable, Endpoints endpoints, Call call, IntSupplier dice) {
    CanarySpec spec = stable.spec().canary();
    Optional<Endpoint> canary = spec == null ? Optional.empty() : endpoints.canaryOf(stable);
    if (spec == null || canary.isEmpty()) {
      return new Chosen(stable, Optional.empty());
    }
    return switch (version(spec, stable.uid(), canary.get().isProven(), call, dice)) {
      case STABLE -> new Chosen(stable, Optional.empty());
      case CANARY_ASKED_FOR -> new Chosen(canary.get(), Optional.empty());
      case CANARY_BY_SHARE -> new Chosen(canary.get(), Optional.of(stable));
    };
  }

  /** The activator that the client called has chosen, and says so. */
  private static Version version(
      CanarySpec spec, String uid, boolean proven, Call call, IntSupplier dice) {
    HttpServerRequest request = call.request();
    if (!call.relayed()) {
      return Versions.choose(spec, uid, proven, request::getHeader, dice);
    }
    if (!Meters.CANARY.equals(request.getHeader(Wire.VERSION))) {
      return Version.STABLE;
    }
    return Versions.isAskedFor(spec, request::getHeader)
        ? Version.CANARY_ASKED_FOR
        : Version.CANARY_BY_SHARE;
  }

  /** To the activator where it is at home: what it is to go by. */
  void relay(HttpClientRequest to, String key) {
    to.putHeader(Wire.RELAYED, key);
    endpoint.version().ifPresent(name -> to.putHeader(Wire.VERSION, name));
  }

  /** What the home says of its answer is true of ours. */
  static void passOn(HttpClientResponse from, HttpServerResponse response) {
    ColdPath.passOn(from, response);
    String version = from.getHeader(Wire.VERSION);
    response.headers().remove(Wire.VERSION);
    if (version != null) {
      response.putHeader(Wire.VERSION, version);
    }
  }

  /** Where it goes once that version has refused it: a canary that was removed has an heir. */
  Optional<Chosen> instead(Endpoints endpoints) {
    return endpoints
        .heirOf(endpoint)
        .or(() -> otherwise)
        .map(other -> new Chosen(other, Optional.empty()));
  }

  /** A wish to have it awake is nobody's share. */
  static Endpoint toWake(Endpoint stable, Endpoints endpoints, HttpServerRequest request) {
    CanarySpec spec = stable.spec().canary();
    return spec != null && Versions.isAskedFor(spec, request::getHeader)
        ? endpoints.canaryOf(stable).orElse(stable)
        : stable;
  }
}
