package dev.reveille.activator.proxy;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How an activator that is about to go takes leave of its clients: each connection is told with its
 * next answer that no further request is to come on it ({@code Connection: close}, or GOAWAY), so
 * that nobody sends on it when it is closed. Until then whatever comes on it is served. All event
 * loops'.
 */
public final class Farewell {
  private static final long NO_ERROR = 0; // RFC 9113, 6.8: whatever is on its way is still served
  private static final int EVERY_STREAM = Integer.MAX_VALUE;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean begun;

  /** From now on every answer is a farewell. */
  public void begin() {
    begun = true;
  }

  /** Requests whose answer the client does not have yet. */
  public int open() {
    return open.get();
  }

  /** Its answer is to be one if it comes to that. */
  void watch(HttpServerRequest request) {
    request.response().headersEndHandler(head -> tell(request));
  }

  @SuppressWarnings("deprecation") // a connection's shutdown would refuse what is on its way
  private void tell(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!begun || response.getStatusCode() == SWITCHING_PROTOCOLS) {
      return;
    }
    if (request.version() == HttpVersion.HTTP_2) {
      request.connection().goAway(NO_ERROR, EVERY_STREAM);
    } else {
      response.putHeader("Connection", "close");
    }
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }
}
