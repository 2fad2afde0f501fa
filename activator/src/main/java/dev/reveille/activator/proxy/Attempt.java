package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.proxy.SendOnce.Ending;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import org.jspecify.annotations.Nullable;

/** One try at one backend. It speaks until it is cancelled or has failed, never after. */
final class Attempt {
  private static final long CONNECTION_MILLIS = 5000; // longer than one takes: it is pooled
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int FIRST_FINAL_STATUS = 200;
  private static final long REFUSED_STREAM = 7; // RFC 9113, 7
  private static final long CANCEL = 8;

  private final Lease lease;
  private final Call call;
  private final Backends backends;
  private final Listener listener;
  private @Nullable HttpClientRequest upstream;
  private boolean over;

  /** Hears how it goes; on the exchange's event loop. */
  interface Listener {
    /** There is a connection: the head and the body are to be written to it. */
    void connected(Attempt attempt, HttpClientRequest upstream);

    /** The first byte of an answer is here. */
    void answered(Attempt attempt, HttpClientResponse from);

    /** It came to nothing, and no byte of an answer was seen. */
    void failed(Attempt attempt, Ending ending);
  }

  Attempt(Lease lease, Call call, Backends backends, Listener listener) {
    this.lease = lease;
    this.call = call;
    this.backends = backends;
    this.listener = listener;
  }

  Lease lease() {
    return lease;
  }

  void start(HttpClient http) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(call.request().method())
            .setHost(lease.backend().host())
            .setPort(lease.backend().port())
            .setURI(lease.isElsewhere() ? call.asked() : call.uri())
            .setConnectTimeout(CONNECTION_MILLIS);
    http.request(options)
        .onComplete(
            connected -> {
              if (over) {
                if (connected.succeeded()) {
                  connected.result().reset(CANCEL);
                }
              } else if (connected.failed()) {
                backends.unconnected(lease, connected.cause());
                fail(Ending.NOT_SENT);
              } else {
                send(connected.result());
              }
            });
  }

  private void send(HttpClientRequest to) {
    upstream = to;
    to.exceptionHandler(broken -> {}); // told through the response as well
    to.response().onComplete(answer -> answered(to, answer));
    listener.connected(this, to);
  }

  private void answered(HttpClientRequest to, AsyncResult<HttpClientResponse> answer) {
    if (over) {
      return;
    }
    if (answer.failed()) {
      fail(ending(answer.cause(), to));
      return;
    }
    HttpClientResponse from = answer.result();
    if (from.getHeader(Wire.UNEXECUTED) != null) {
      discard(to, from);
      backends.declined(lease);
      fail(Ending.UNEXECUTED);
    } else if (from.statusCode() < FIRST_FINAL_STATUS && !switches(from)) {
      discard(to, from); // nobody asked for that: what follows it is not HTTP
      fail(broke());
    } else {
      backends.answered(lease, from.statusCode());
      listener.answered(this, from);
    }
  }

  /** The connection is a WebSocket from here on. */
  boolean switches(HttpClientResponse from) {
    return call.kind() == Call.Kind.WEBSOCKET
        && from.statusCode() == SWITCHING_PROTOCOLS
        && "websocket".equalsIgnoreCase(from.getHeader("Upgrade"));
  }

  private static void discard(HttpClientRequest to, HttpClientResponse from) {
    from.exceptionHandler(expected -> {});
    to.reset(CANCEL);
  }

  /** A stream that HTTP/2 says was not begun says nothing of the replica (RFC 9113, 8.7). */
  private Ending ending(Throwable cause, HttpClientRequest to) {
    if (cause instanceof StreamResetException reset && reset.getCode() == REFUSED_STREAM) {
      return Ending.UNEXECUTED;
    }
    GoAway leaving = cause instanceof HttpClosedException closed ? closed.goAway() : null;
    return leaving != null && to.streamId() > leaving.getLastStreamId()
        ? Ending.UNEXECUTED
        : broke();
  }

  private Ending broke() {
    backends.failed(lease, Fault.BROKE_OFF);
    return Ending.BROKE;
  }

  private void fail(Ending ending) {
    over = true;
    listener.failed(this, ending);
  }

  /**
   * The whole answer came. A connection whose request went through is its pool's again, and no
   * longer ours to reset.
   */
  void answerEnded(boolean requestEnded) {
    if (requestEnded && call.kind() != Call.Kind.WEBSOCKET) {
      over = true;
    } else {
      cancel();
    }
  }

  /** Whatever is under way is broken off. */
  void cancel() {
    if (!over && upstream != null) {
      over = true;
      upstream.reset(CANCEL);
    }
    over = true;
  }
}
