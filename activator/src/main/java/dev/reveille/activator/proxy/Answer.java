package dev.reveille.activator.proxy;

import dev.reveille.activator.entrance.Entrance;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way from backend to client: each byte when it comes, as fast as the client
 * reads, trailers last. One event loop's.
 */
final class Answer implements Passage {
  private static final long INTERNAL_ERROR = 2; // RFC 9113, 7

  private final HttpClientResponse from;
  private final HttpServerResponse to;
  private final Proxy.Parts parts;
  private final Listener listener;
  private boolean stopped;
  private @Nullable Long unread; // the timer

  /** Hears how it ends. */
  interface Listener {
    /** All of it came; it is written when {@code written} is. */
    void whole(Future<Void> written);

    /** It cannot go on: the backend broke off, or the client does not read. */
    void cut();
  }

  private Answer(
      HttpClientResponse from, HttpServerResponse to, Proxy.Parts parts, Listener listener) {
    this.from = from;
    this.to = to;
    this.parts = parts;
    this.listener = listener;
  }

  static Answer pass(Call call, HttpClientResponse from, Proxy.Parts parts, Listener listener) {
    HttpServerResponse to = call.request().response();
    Headers.frame(call.request(), from, to);
    Answer answer = new Answer(from, to, parts, listener);
    from.exceptionHandler(broken -> answer.cut());
    from.handler(answer::chunk);
    from.endHandler(end -> answer.end());
    if (to.isChunked()) {
      // The head may stand alone for long. After what came with it: a short answer is one write.
      parts.vertx().runOnContext(later -> answer.tellHead());
    }
    return answer;
  }

  private void tellHead() {
    if (!stopped && !to.headWritten()) {
      to.writeHead();
    }
  }

  private void chunk(Buffer chunk) {
    if (stopped) {
      return;
    }
    to.write(chunk);
    if (to.writeQueueFull()) {
      from.pause();
      awaitReader();
      to.drainHandler(
          drained -> {
            readOn();
            from.resume();
          });
    }
  }

  /** From when the socket takes no more until it takes some again. */
  private void awaitReader() {
    if (unread == null) {
      unread =
          parts
              .vertx()
              .setTimer(
                  parts.clientRead().toMillis(),
                  late -> {
                    stopped = true;
                    listener.cut();
                  });
    }
  }

  private void readOn() {
    if (unread != null) {
      parts.vertx().cancelTimer(unread);
      unread = null;
    }
  }

  private void end() {
    if (stopped) {
      return;
    }
    stopped = true;
    MultiMap trailers = from.trailers();
    if (!trailers.isEmpty()) {
      Headers.trailers(trailers, to.trailers());
    }
    Future<Void> written = to.end();
    if (!written.isComplete()) {
      awaitReader();
      written.onComplete(done -> readOn());
    }
    listener.whole(written);
  }

  private void cut() {
    if (!stopped) {
      stopped = true;
      listener.cut();
    }
  }

  /** A cut answer must look cut, even when all of it is written and waits for its reader. */
  static void breakOff(Call call) {
    if (call.isHttp2()) {
      call.request().response().reset(INTERNAL_ERROR);
    } else {
      Entrance.cut(call.request().connection());
    }
  }

  @Override
  public void stop() {
    stopped = true;
    readOn();
  }
}
