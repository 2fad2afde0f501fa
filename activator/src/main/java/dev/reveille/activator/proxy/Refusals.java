package dev.reveille.activator.proxy;

import dev.reveille.activator.gate.Refusal;
import io.vertx.core.http.HttpServerResponse;

/** A refusal as HTTP: JSON that names the reason. */
final class Refusals {
  private Refusals() {}

  static void send(HttpServerResponse response, Refusal refusal, String requestId) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(refusal.status()).putHeader("Content-Type", "application/json");
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader("Retry-After", String.valueOf(refusal.retryAfterSeconds()));
    }
    response.end(
        "{\"error\":"
            + quoted(refusal.message())
            + ",\"reason\":"
            + quoted(refusal.reason())
            + ",\"requestId\":"
            + quoted(requestId)
            + "}");
  }

  private static String quoted(String text) {
    return '"'
        + new String(
            com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text))
        + '"';
  }
}
