package dev.reveille.activator.proxy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.reveille.activator.gate.Refusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A refusal as HTTP: JSON that names the reason. */
final class Refusals {
  private static final long MOST_SKIPPED = 64 << 10;

  private Refusals() {}

  static void send(HttpServerRequest request, Refusal refusal, String requestId) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (muchIsToCome(request)) {
      response.putHeader("Connection", "close");
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

  /** A small rest of a body is skipped, a large one is not worth the connection. */
  private static boolean muchIsToCome(HttpServerRequest request) {
    if (request.isEnded()) {
      return false;
    }
    String declared = request.getHeader("Content-Length");
    return declared == null
        ? request.getHeader("Transfer-Encoding") != null
        : Long.parseLong(declared) > MOST_SKIPPED;
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
