package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.measure.Meters;
import dev.reveille.activator.route.Versions;
import dev.reveille.crds.CanarySpec;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The version of an endpoint that a request goes to.
 *
 * @param otherwise who takes it if that version refuses it
 */
record Chosen(Endpoint endpoint, Optional<Endpoint> otherwise) {

  static Chosen of(
      Endpoint stable, Endpoints endpoints, HttpServerRequest request, IntSupplier dice) {
    CanarySpec spec = stable.spec().canary();
    Optional<Endpoint> canary = spec == null ? Optional.empty() : endpoints.canaryOf(stable);
    if (spec == null || canary.isEmpty()) {
      return new Chosen(stable, Optional.empty());
    }
    boolean proven = canary.get().isProven();
    return switch (Versions.choose(spec, stable.uid(), proven, request::getHeader, dice)) {
      case STABLE -> new Chosen(stable, Optional.empty());
      case CANARY_ASKED_FOR -> new Chosen(canary.get(), Optional.empty());
      case CANARY_BY_SHARE -> new Chosen(canary.get(), Optional.of(stable));
    };
  }

  /** As the activator chose that relayed the request. */
  static Chosen before(Endpoint stable, Endpoints endpoints, HttpServerRequest request) {
    Optional<Endpoint> canary =
        Meters.CANARY.equals(request.getHeader(Wire.VERSION))
            ? endpoints.canaryOf(stable)
            : Optional.empty();
    return new Chosen(canary.orElse(stable), Optional.empty());
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
