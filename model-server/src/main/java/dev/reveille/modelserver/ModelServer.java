package dev.reveille.modelserver;

import dev.reveille.modelserver.fetch.DepotSource;
import dev.reveille.modelserver.fetch.FileSource;
import dev.reveille.modelserver.fetch.ModelSource;
import dev.reveille.modelserver.hello.Greeter;
import dev.reveille.modelserver.hello.Hello;
import dev.reveille.modelserver.http.Server;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.measure.Timeline.Step;
import dev.reveille.modelserver.model.Loading;
import dev.reveille.modelserver.model.ModelLoader;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The running server: HTTP and the model start side by side; then it says hello. What runs until
 * then avoids pattern switches: the JVM makes code for each as it is first reached, which no AOT
 * cache holds.
 */
public final class ModelServer {
  /** Requests that are on their way when readiness goes get a refusal instead of a reset. */
  private static final long LINGER_SECONDS = 1;

  private static final long DRAIN_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int EVENT_LOOPS = 2;
  private static final int MOST_HEADER_BYTES = 16384;

  private final Vertx vertx;
  private final HttpServer http;
  private final Server server;

  private ModelServer(Vertx vertx, HttpServer http, Server server) {
    this.vertx = vertx;
    this.http = http;
    this.server = server;
  }

  /** Returns once it listens; the model may still be on its way. */
  public static ModelServer start(Config config, String instance, Timeline timeline, JsonLog log)
      throws IOException {
    ModelLoader loader = new ModelLoader(config, source(config), timeline, log);
    CompletableFuture<Loading> loading = new CompletableFuture<>();
    daemon(
        "model",
        () -> {
          Loading result = loader.load();
          loading.complete(result);
          report(result, timeline, log);
        });
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    Hello hello = new Hello(config, instance, timeline);
    Server server = new Server(vertx, config, hello, new Metrics(timeline), log);
    HttpServer http = listen(vertx, config, server);
    timeline.reach(Step.HTTP, System.nanoTime());
    daemon(
        "hello",
        () -> {
          Loading result = loading.join();
          server.loaded(result);
          if (!config.helloUrl().isEmpty()) {
            new Greeter(config, hello, timeline, log)
                .greet(result, http.actualPort(), () -> !server.isDraining());
          }
        });
    log.info("listening", "port", http.actualPort(), "instance", instance);
    return new ModelServer(vertx, http, server);
  }

  public int port() {
    return http.actualPort();
  }

  private static ModelSource source(Config config) {
    return config.source().path().isEmpty()
        ? new DepotSource(URI.create(config.source().url()), config.identity())
        : new FileSource(Path.of(config.source().path()));
  }

  private static HttpServer listen(Vertx vertx, Config config, Server server) throws IOException {
    HttpServerOptions options =
        new HttpServerOptions()
            .setPort(config.port())
            .setTcpNoDelay(true)
            .setHttp2ClearTextEnabled(false)
            .setMaxHeaderSize(MOST_HEADER_BYTES);
    try {
      return vertx
          .createHttpServer(options)
          .requestHandler(server)
          .listen()
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    } catch (ExecutionException e) {
      throw new IOException("cannot listen on port " + config.port() + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while starting", e);
    }
  }

  private static void report(Loading loading, Timeline timeline, JsonLog log) {
    if (!loading.reason().isEmpty()) {
      log.warn(
          "the model cannot be served", "reason", loading.reason(), "problem", loading.message());
      return;
    }
    log.info(
        "model loaded",
        "main_ms",
        Math.round(timeline.millis(Step.MAIN)),
        "fetched_ms",
        Math.round(timeline.millis(Step.FETCHED)),
        "session_ms",
        Math.round(timeline.millis(Step.SESSION)),
        "warm_ms",
        Math.round(timeline.millis(Step.WARM)));
  }

  /** Refuses what is new, finishes what runs (30 s at most), then closes. Blocking. */
  public void drain() throws InterruptedException {
    CompletableFuture<Void> lingered =
        new CompletableFuture<Void>().completeOnTimeout(null, LINGER_SECONDS, TimeUnit.SECONDS);
    server.drain();
    server.inFlight().awaitNone(DRAIN_AT_MOST_NANOS);
    lingered.join();
    close();
  }

  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
