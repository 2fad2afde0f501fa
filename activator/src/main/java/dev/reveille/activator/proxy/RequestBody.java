package dev.reveille.activator.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body: held while the request waits (up to a bound, then the client is held), streamed
 * when it is forwarded, and kept as long as it is small enough to be sent again. One event loop's.
 */
final class RequestBody {
  static final long MOST_KEPT = 1 << 20;
  private static final long HELD_OF_UNKNOWN = 64 << 10;
  private static final int UNKNOWN = -1;

  private final HttpServerRequest request;
  private final long length;
  private final Bounds bounds;
  private final ReplayBudget budget;
  private final List<Buffer> kept = new ArrayList<>();
  private final Runnable tooLarge;
  private @Nullable HttpClientRequest sink;
  private long keptBytes;
  private long total;
  private boolean bounded = true;
  private boolean replayable = true;
  private boolean ended;
  private boolean closed;

  /**
   * @param maxBytes of the whole body, until the answer begins
   * @param paced the client can be made to wait; else its bytes come as fast as it sends them
   */
  record Bounds(long maxBytes, boolean paced) {}

  RequestBody(HttpServerRequest request, Bounds bounds, ReplayBudget budget, Runnable tooLarge) {
    this.request = request;
    this.bounds = bounds;
    this.budget = budget;
    this.tooLarge = tooLarge;
    this.length = declared(request);
  }

  private static long declared(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    if (length != null) {
      return Long.parseLong(length);
    }
    return request.version() == HttpVersion.HTTP_2 || request.getHeader("Transfer-Encoding") != null
        ? UNKNOWN
        : 0;
  }

  /** What it declares is more than may be sent. */
  boolean declaresTooMuch() {
    return length > bounds.maxBytes();
  }

  /** Only what comes will tell whether there is one. */
  boolean isOfUnknownLength() {
    return length == UNKNOWN;
  }

  /** What may be held of it while it waits. */
  long heldAtMost() {
    if (!bounds.paced()) {
      return length == UNKNOWN ? bounds.maxBytes() : length;
    }
    return length == UNKNOWN ? HELD_OF_UNKNOWN : Math.min(length, MOST_KEPT);
  }

  /** All that came can be sent again. */
  boolean isReplayable() {
    return replayable;
  }

  /** All of it came. */
  boolean isEnded() {
    return ended;
  }

  /** How much came so far. */
  long total() {
    return total;
  }

  void read() {
    request.handler(this::chunk);
    request.endHandler(
        end -> {
          ended = true;
          if (sink != null) {
            sink.end();
          }
        });
  }

  private void chunk(Buffer chunk) {
    if (closed) {
      return;
    }
    total += chunk.length();
    if (bounded && total > bounds.maxBytes()) {
      tooLarge.run();
      return;
    }
    HttpClientRequest to = sink;
    if (to == null) {
      keep(chunk);
      if (bounds.paced() && keptBytes >= heldAtMost() && keptBytes != length) {
        request.pause();
      }
      return;
    }
    if (replayable && (keptBytes + chunk.length() > MOST_KEPT || !budget.take(chunk.length()))) {
      forget();
    } else if (replayable) {
      kept.add(chunk);
      keptBytes += chunk.length();
    }
    write(to, chunk);
  }

  /** While waiting the gate's bounds count, the budget does not refuse. */
  private void keep(Buffer chunk) {
    budget.giveBack(-chunk.length());
    kept.add(chunk);
    keptBytes += chunk.length();
  }

  private void write(HttpClientRequest to, Buffer chunk) {
    to.write(chunk);
    if (bounds.paced() && to.writeQueueFull()) {
      request.pause();
      to.drainHandler(
          drained -> {
            if (sink != null && !ended) {
              request.resume();
            }
          });
    }
  }

  /** Sends what came so far and what is still to come; again after a backend did not take it. */
  void sendTo(HttpClientRequest to) {
    if (length > 0) {
      to.putHeader("Content-Length", String.valueOf(length));
    } else if (length == UNKNOWN && !(ended && total == 0)) {
      to.setChunked(true);
    }
    sink = to;
    kept.forEach(to::write);
    if (keptBytes > MOST_KEPT) {
      forget();
    }
    if (ended) {
      to.end();
    } else {
      if (total == 0 && length != 0) {
        to.writeHead(); // a conversation may begin with the other side's word
      }
      request.resume();
    }
  }

  /** Nothing more is sent to the backend it went to. */
  void detach() {
    sink = null;
  }

  /** The backend answers: it is not asked again, and what it still takes is between the two. */
  void answered() {
    bounded = false;
    forget();
  }

  /** The request is over: what still comes goes nowhere. */
  void close() {
    closed = true;
    sink = null;
    forget();
  }

  private void forget() {
    replayable = false;
    budget.giveBack(keptBytes);
    kept.clear();
    keptBytes = 0;
  }
}
