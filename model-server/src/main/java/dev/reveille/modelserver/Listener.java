package dev.reveille.modelserver;

import dev.reveille.modelserver.http.Server;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The open HTTP port. */
final class Listener {
  static final String EVERYWHERE = "0.0.0.0";
  static final String LOOPBACK = "127.0.0.1";

  /** Requests that are on their way when readiness goes get a refusal instead of a reset. */
  private static final long LINGER_SECONDS = 1;

  private static final long DRAIN_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int EVENT_LOOPS = 2;
  private static final int MOST_HEADER_BYTES = 16384;

  private final HttpServer http;

  private Listener(HttpServer http) {
    this.http = http;
  }

  /** The event loops; one for the process. */
  static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(EVENT_LOOPS)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  /** Returns once it listens; {@code port} 0: any free one. */
  static Listener open(Vertx vertx, String host, int port, Handler<HttpServerRequest> handler)
      throws IOException {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setTcpNoDelay(true)
            .setHttp2ClearTextEnabled(false)
            .setMaxHeaderSize(MOST_HEADER_BYTES);
    try {
      return new Listener(
          vertx
              .createHttpServer(options)
              .requestHandler(handler)
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get());
    } catch (ExecutionException e) {
      throw new IOException("cannot listen on port " + port + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while starting", e);
    }
  }

  int port() {
    return http.actualPort();
  }

  /** Refuses what is new, finishes what runs (30 s at most), then closes. Blocking. */
  void drain(Server server) throws InterruptedException {
    CompletableFuture<Void> lingered =
        new CompletableFuture<Void>().completeOnTimeout(null, LINGER_SECONDS, TimeUnit.SECONDS);
    server.drain();
    server.inFlight().awaitNone(DRAIN_AT_MOST_NANOS);
    lingered.join();
    close();
  }

  void close() {
    await(http.close());
  }

  static void await(Future<?> closing) {
    closing.toCompletionStage().toCompletableFuture().join();
  }
}
