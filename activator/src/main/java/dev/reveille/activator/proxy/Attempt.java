package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.proxy.SendOnce.Ending;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/** One try at one backend. It speaks until it is cancelled or has failed, never after. */
final class Attempt {
  private static final long CONNECT_MILLIS = 2000;

  private final Lease lease;
  private final Listener listener;
  private @Nullable HttpClientRequest upstream;
  private boolean over;

  /** Hears how it goes; on the exchange's event loop. */
  interface Listener {
    /** The head goes out now. */
    void sent();

    /** The first byte of an answer is here. */
    void answered(HttpClientResponse from);

    /** It came to nothing, and no byte of an answer was seen. */
    void failed(Attempt attempt, Ending ending);
  }

  Attempt(Lease lease, Listener listener) {
    this.lease = lease;
    this.listener = listener;
  }

  Lease lease() {
    return lease;
  }

  void start(HttpClient http, HttpServerRequest request, String uri, Sending sending) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(lease.backend().host())
            .setPort(lease.backend().port())
            .setURI(uri)
            .setConnectTimeout(CONNECT_MILLIS);
    http.request(options)
        .onComplete(
            connected -> {
              if (over) {
                if (connected.succeeded()) {
                  connected.result().reset();
                }
              } else if (connected.failed()) {
                fail(Ending.NOT_SENT);
              } else {
                send(connected.result(), sending);
              }
            });
  }

  /** Writes head and body to a backend. */
  interface Sending {
    void to(HttpClientRequest upstream);
  }

  private void send(HttpClientRequest to, Sending sending) {
    upstream = to;
    to.exceptionHandler(broken -> {}); // told through the response as well
    to.response()
        .onComplete(
            answer -> {
              if (over) {
                return;
              }
              if (answer.failed()) {
                fail(Ending.BROKE);
              } else if (isUnexecuted(answer.result())) {
                answer.result().exceptionHandler(expected -> {});
                to.reset();
                fail(Ending.UNEXECUTED);
              } else {
                listener.answered(answer.result());
              }
            });
    listener.sent();
    sending.to(to);
  }

  private static boolean isUnexecuted(HttpClientResponse from) {
    return (from.statusCode() == 421 || from.statusCode() == 503)
        && from.getHeader(Wire.UNEXECUTED) != null;
  }

  private void fail(Ending ending) {
    over = true;
    listener.failed(this, ending);
  }

  /** Whatever is under way is broken off. */
  void cancel() {
    over = true;
    if (upstream != null) {
      upstream.reset();
    }
  }
}
