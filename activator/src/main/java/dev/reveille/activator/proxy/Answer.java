package dev.reveille.activator.proxy;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;

/**
 * An answer on its way from backend to client: each byte when it comes, as fast as the client
 * reads, trailers last. One event loop's.
 */
final class Answer implements Passage {
  private final HttpClientResponse from;
  private final HttpServerResponse to;
  private final Listener listener;
  private boolean stopped;

  /** Hears how it ends. */
  interface Listener {
    /** All of it came; it is written when {@code written} is. */
    void whole(Future<Void> written);

    /** The backend broke off. */
    void cut();
  }

  private Answer(HttpClientResponse from, HttpServerResponse to, Listener listener) {
    this.from = from;
    this.to = to;
    this.listener = listener;
  }

  static Answer pass(Call call, HttpClientResponse from, Vertx vertx, Listener listener) {
    HttpServerResponse to = call.request().response();
    Headers.frame(call.request(), from, to);
    Answer answer = new Answer(from, to, listener);
    from.exceptionHandler(broken -> answer.cut());
    from.handler(answer::chunk);
    from.endHandler(end -> answer.end());
    if (to.isChunked()) {
      // The head may stand alone for long. After what came with it: a short answer is one write.
      vertx.runOnContext(later -> answer.tellHead());
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
      to.drainHandler(drained -> from.resume());
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
    listener.whole(to.end());
  }

  private void cut() {
    if (!stopped) {
      stopped = true;
      listener.cut();
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
