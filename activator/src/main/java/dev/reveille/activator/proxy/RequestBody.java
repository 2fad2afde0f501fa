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
  private final long maxBytes;
  private final Memory.Share share;
  private final List<Buffer> kept = new ArrayList<>();
  private final Runnable tooLarge;
  private @Nullable HttpClientRequest sink;
  private long keptBytes;
  private long taken; // of the share
  private long total;
  private boolean bounded = true;
  private boolean replayable = true;
  private boolean ended;
  private boolean closed;
  private @Nullable Runnable whole;

  /**
   * @param maxBytes of the whole body, until the answer begins
   */
  RequestBody(HttpServerRequest request, long maxBytes, Memory.Share share, Runnable tooLarge) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.share = share;
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
    return length > maxBytes;
  }

  /** Only what comes will tell whether there is one. */
  boolean isOfUnknownLength() {
    return length == UNKNOWN;
  }

  /** What may be held of it while it waits, as far as is known yet. */
  long heldAtMost() {
    if (ended) {
      return keptBytes;
    }
    return length == UNKNOWN ? HELD_OF_UNKNOWN : Math.min(length, MOST_KEPT);
  }

  /** All that came can be sent again, and be held until then. */
  boolean isReplayable() {
    return replayable;
  }

  /** All of it came. */
  boolean isEnded() {
    return ended;
  }

  /** The client owes the rest, and nothing holds it. */
  boolean isOwed() {
    return !ended && (sink == null || !sink.writeQueueFull());
  }

  /** How much came so far. */
  long total() {
    return total;
  }

  /** What may be held of it is set aside; else it is sent once at most, and cannot wait. */
  private void setAside() {
    long most = heldAtMost();
    if (share.take(most)) {
      taken = most;
    } else {
      replayable = false;
    }
  }

  void read() {
    setAside();
    request.handler(this::chunk);
    request.endHandler(
        end -> {
          ended = true;
          share.give(taken - keptBytes); // no more will come
          taken = keptBytes;
          if (sink != null) {
            sink.end();
          } else if (whole != null && !closed) {
            whole.run();
          }
        });
  }

  /**
   * Does it once all of a small body is here: a slow client holds no backend. Else at once; says
   * whether that was so.
   */
  boolean whenReady(Runnable then) {
    if (length > 0 && length <= MOST_KEPT && replayable && !ended) {
      whole = then;
      return false;
    }
    then.run();
    return true;
  }

  private void chunk(Buffer chunk) {
    if (closed) {
      return;
    }
    total += chunk.length();
    if (bounded && total > maxBytes) {
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
    if (replayable && !mayKeep(keptBytes + chunk.length())) {
      forget();
    } else if (replayable) {
      kept.add(chunk);
      keptBytes += chunk.length();
    }
    write(to, chunk);
  }

  private boolean mayKeep(long bytes) {
    if (bytes > MOST_KEPT || (bytes > taken && !share.take(bytes - taken))) {
      return false;
    }
    taken = Math.max(taken, bytes);
    return true;
  }

  /** It is here, and there is nowhere to send it yet. */
  private void keep(Buffer chunk) {
    kept.add(chunk);
    keptBytes += chunk.length();
    share.add(Math.max(0, keptBytes - taken));
    taken = Math.max(taken, keptBytes);
  }

  private void write(HttpClientRequest to, Buffer chunk) {
    to.write(chunk);
    if (to.writeQueueFull()) {
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
    if (!replayable || keptBytes > MOST_KEPT) {
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
    share.give(taken);
    taken = 0;
    kept.clear();
    keptBytes = 0;
  }
}
