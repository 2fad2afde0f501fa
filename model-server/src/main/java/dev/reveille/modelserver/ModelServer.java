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
import java.util.concurrent.locks.LockSupport;

/** The running server: HTTP and the model start side by side; then it says hello. */
public final class ModelServer {
  private static final long DRAIN_AT_LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DRAIN_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MOST_HEADER_BYTES = 16384;

  private final Vertx vertx;
  private final HttpServer http;
  private final Server server;
  private final Metrics metrics;

  private ModelServer(Vertx vertx, HttpServer http, Server server, Metrics metrics) {
    this.vertx = vertx;
    this.http = http;
    this.server = server;
    this.metrics = metrics;
  }

  /** Returns once it listens; the model may still be on its way. */
  public static ModelServer start(Config config, String instance, Timeline timeline, JsonLog log)
      throws IOException {
    ModelLoader loader = new ModelLoader(config, source(config), timeline, log);
    CompletableFuture<Loading> loading = new CompletableFuture<>();
    daemon("model", () -> loading.complete(loader.load()));

    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(2)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    Metrics metrics = new Metrics(timeline);
    Hello hello = new Hello(config, instance, config.port(), timeline);
    Server server = new Server(vertx, config, hello, metrics, log);
    HttpServer http = listen(vertx, config, server);
    timeline.reach(Step.HTTP, System.nanoTime());
    daemon("hello", () -> greet(config, hello, server, loading.join(), timeline, log));
    return new ModelServer(vertx, http, server, metrics);
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
            .setMaxHeaderSize(MOST_HEADER_BYTES)
            .setHandle100ContinueAutomatically(true);
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

  private static void greet(
      Config config, Hello hello, Server server, Loading loading, Timeline timeline, JsonLog log) {
    server.loaded(loading);
    if (!config.helloUrl().isEmpty()) {
      new Greeter(config, hello, timeline, log).greet(loading);
    }
    switch (loading) {
      case Loading.InProgress() -> throw new IllegalStateException("loading ends loaded or failed");
      case Loading.Loaded loaded -> log.info("ready", timings(timeline));
      case Loading.Failed(String reason, String message) ->
          log.warn("the model cannot be served", "reason", reason, "problem", message);
    }
  }

  private static Object[] timings(Timeline timeline) {
    Step[] steps = Step.values();
    Object[] fields = new Object[steps.length * 2];
    for (int i = 0; i < steps.length; i++) {
      fields[2 * i] = steps[i].label() + "_ms";
      fields[2 * i + 1] = Math.round(timeline.millis(steps[i]) * 10) / 10.0;
    }
    return fields;
  }

  /** Refuses what is new, finishes what runs (30 s at most), then closes. Blocking. */
  public void drain() {
    server.drain();
    long began = System.nanoTime();
    long waited = 0;
    // A second at least: requests that are on their way get a refusal instead of a reset.
    while (waited < DRAIN_AT_LEAST_NANOS
        || (metrics.inFlight() > 0 && waited < DRAIN_AT_MOST_NANOS)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      waited = System.nanoTime() - began;
    }
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
