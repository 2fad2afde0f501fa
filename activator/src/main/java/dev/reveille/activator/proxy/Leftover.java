package dev.reveille.activator.proxy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * What is still to come of a request's body when its answer is said: a little is skipped, much is
 * not worth the connection (HTTP/1.1) or the stream (HTTP/2).
 */
final class Leftover {
  private static final long MOST_SKIPPED = 64 << 10;
  // A connection that is closed with bytes unread may take the answer with it (RFC 9112, 9.6).
  private static final long LINGER_MILLIS = 1000;
  private static final long NO_ERROR = 0; // RFC 9113, 8.1: enough of the request

  private Leftover() {}

  private static boolean isMuch(HttpServerRequest request) {
    if (request.isEnded()) {
      return false;
    }
    String declared = request.getHeader("Content-Length");
    return declared == null
        ? request.version() == HttpVersion.HTTP_2 || request.getHeader("Transfer-Encoding") != null
        : Long.parseLong(declared) > MOST_SKIPPED;
  }

  /** Before the answer: the client learns that its connection will not be used again. */
  static void announce(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2 && isMuch(request)) {
      request.response().putHeader("Connection", "close");
    }
  }

  /** To be called when nobody reads the body any more. */
  static void skip(HttpServerRequest request, Future<Void> answered, Vertx vertx) {
    if (request.isEnded() || request.response().closed()) {
      return;
    }
    boolean much = isMuch(request);
    request.resume();
    if (!much) {
      return;
    }
    if (request.version() == HttpVersion.HTTP_2) {
      answered.onComplete(done -> request.response().reset(NO_ERROR));
    } else {
      boolean said = "close".equals(request.response().headers().get("Connection"));
      answered.onComplete(done -> vertx.setTimer(LINGER_MILLIS, late -> close(request, said)));
    }
  }

  /** One whose body ended meanwhile may have been used again, unless we said that it closes. */
  private static void close(HttpServerRequest request, boolean said) {
    if (said || !request.isEnded()) {
      request.connection().close();
    }
  }
}
