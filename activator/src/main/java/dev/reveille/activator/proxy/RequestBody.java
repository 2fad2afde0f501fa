package dev.reveille.activator.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
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

  private final HttpServerRequest request;
  private final long length;
  private final boolean chunked;
  private final long maxBytes;
  private final ReplayBudget budget;
  private final List<Buffer> kept = new ArrayList<>();
  private final Runnable tooLarge;
  private @Nullable HttpClientRequest sink;
  private long keptBytes;
  private long total;
  private boolean replayable = true;
  private boolean ended;
  private boolean closed;

  RequestBody(HttpServerRequest request, long maxBytes, ReplayBudget budget, Runnable tooLarge) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.budget = budget;
    this.tooLarge = tooLarge;
    this.chunked = request.getHeader("Transfer-Encoding") != null;
    String declared = request.getHeader("Content-Length");
    this.length = declared == null ? (chunked ? -1 : 0) : Long.parseLong(declared);
  }

  /** What it declares is more than may be sent. */
  boolean declaresTooMuch() {
    return length > maxBytes;
  }

  /** What may be held of it while it waits. */
  long heldAtMost() {
    return length < 0 ? HELD_OF_UNKNOWN : Math.min(length, MOST_KEPT);
  }

  /** All that came can be sent again. */
  boolean replayable() {
    return replayable;
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
    if (total > maxBytes) {
      tooLarge.run();
      return;
    }
    HttpClientRequest to = sink;
    if (to == null) {
      keep(chunk);
      if (keptBytes >= heldAtMost() && keptBytes != length) {
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
    if (to.writeQueueFull()) {
      request.pause();
      to.drainHandler(drained -> request.resume());
    }
  }

  /** Sends what came so far and what is still to come; again after a backend did not take it. */
  void sendTo(HttpClientRequest to) {
    if (length > 0) {
      to.putHeader("Content-Length", String.valueOf(length));
    } else if (chunked) {
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
        to.writeHead();
      }
      request.resume();
    }
  }

  /** Nothing more is sent to the backend it went to. */
  void detach() {
    sink = null;
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
