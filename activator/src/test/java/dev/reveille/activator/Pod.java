package dev.reveille.activator;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A model server as the activator sees it: echoes, refuses, breaks off. */
final class Pod implements AutoCloseable {
  final AtomicInteger executed = new AtomicInteger();
  private final String instance;
  private final HttpServer server;
  volatile MultiMap lastHeaders = MultiMap.caseInsensitiveMultiMap();
  private final List<Runnable> held = new CopyOnWriteArrayList<>();
  private volatile Manner manner = Manner.ECHO;

  /** How it treats requests. */
  enum Manner {
    ECHO,
    REFUSE_UNEXECUTED,
    BREAK_BEFORE_ANSWER,
    BREAK_IN_ANSWER,
    FAIL,
    /** Echoes once it is told to. */
    HANG
  }

  Pod(Vertx vertx, String instance) {
    this(vertx, instance, 0);
  }

  /** At that port, which one that is gone had. */
  Pod(Vertx vertx, String instance, int port) {
    this.instance = instance;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(port, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  int port() {
    return server.actualPort();
  }

  Pod behaves(Manner now) {
    manner = now;
    return this;
  }

  /** Requests that hang. */
  int holds() {
    return held.size();
  }

  /** Answers what hangs. */
  void release() {
    held.forEach(Runnable::run);
    held.clear();
  }

  private void handle(HttpServerRequest request) {
    if (!instance.equals(request.getHeader(Wire.INSTANCE)) || manner == Manner.REFUSE_UNEXECUTED) {
      request.response().setStatusCode(503).putHeader(Wire.UNEXECUTED, "true").end();
      return;
    }
    request.body().onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    executed.incrementAndGet();
    lastHeaders = request.headers();
    switch (manner) {
      case ECHO, REFUSE_UNEXECUTED -> request.response().end(body);
      case BREAK_BEFORE_ANSWER -> request.connection().close();
      case BREAK_IN_ANSWER -> {
        request.response().putHeader("Content-Length", "1000");
        request.response().write("half").onComplete(written -> request.connection().close());
      }
      case FAIL -> request.response().setStatusCode(503).end("broken");
      case HANG -> held.add(() -> request.response().end(body));
    }
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
