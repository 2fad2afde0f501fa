package dev.reveille.modelserver.http;

import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.measure.InFlight;
import dev.reveille.modelserver.measure.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Writes answers and counts them. */
record Answering(Vertx vertx, Metrics metrics, InFlight inFlight) {
  /** A connection closed in the middle of an upload is reset, and its answer lost on the way. */
  private static final long LINGER_MILLIS = 5000;

  /** Completes once the last byte is written, or the client has left. */
  Future<Void> send(HttpServerRequest request, Metrics.Path path, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return Future.succeededFuture();
    }
    metrics.answered(path, answer.status());
    response.setStatusCode(answer.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
    if (answer.unexecuted()) {
      response.putHeader(Wire.UNEXECUTED, "true");
    }
    if (answer.last()) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    Future<Void> sent = response.end(Buffer.buffer(answer.body()));
    if (answer.last()) {
      sent.onComplete(done -> hangUp(request));
    }
    return sent;
  }

  /** Closes when the rest of the request is read and dropped, or after the linger. */
  private void hangUp(HttpServerRequest request) {
    if (request.isEnded()) {
      request.connection().close();
    } else {
      long timer = vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
      request
          .end()
          .onComplete(
              ended -> {
                vertx.cancelTimer(timer);
                request.connection().close();
              });
    }
  }
}
