package dev.reveille.activator.proxy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.reveille.activator.gate.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;

/** A refusal as the client understands it: JSON that names the reason, or gRPC's status. */
final class Refusals {
  private Refusals() {}

  static void send(HttpServerRequest request, Refusal refusal, String requestId, Vertx vertx) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    Future<Void> answered =
        Call.isGrpc(request) ? grpc(response, refusal) : json(request, refusal, requestId);
    Leftover.skip(request, answered, vertx);
  }

  /** An answer of trailers only (gRPC over HTTP/2, Responses). */
  private static Future<Void> grpc(HttpServerResponse response, Refusal refusal) {
    response
        .setStatusCode(200)
        .putHeader("Content-Type", "application/grpc")
        .putHeader(Grpc.STATUS, String.valueOf(Grpc.status(refusal.status())))
        .putHeader(Grpc.MESSAGE, Grpc.message(refusal.reason() + ": " + refusal.message()));
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader(
          Grpc.PUSHBACK, String.valueOf(TimeUnit.SECONDS.toMillis(refusal.retryAfterSeconds())));
    }
    return response.end();
  }

  private static Future<Void> json(HttpServerRequest request, Refusal refusal, String requestId) {
    if (refusal.retryAfterSeconds() > 0) {
      request.response().putHeader("Retry-After", String.valueOf(refusal.retryAfterSeconds()));
    }
    Leftover.announce(request);
    return json(request.response(), refusal, requestId);
  }

  /** The last word on its connection (HTTP/1.1). */
  static void close(HttpServerResponse response, Refusal refusal, String requestId) {
    response.putHeader("Connection", "close");
    json(response, refusal, requestId);
  }

  private static Future<Void> json(HttpServerResponse response, Refusal refusal, String requestId) {
    response.setStatusCode(refusal.status()).putHeader("Content-Type", "application/json");
    return response.end(
        "{\"error\":"
            + quoted(refusal.message())
            + ",\"reason\":"
            + quoted(refusal.reason())
            + ",\"requestId\":"
            + quoted(requestId)
            + "}");
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
