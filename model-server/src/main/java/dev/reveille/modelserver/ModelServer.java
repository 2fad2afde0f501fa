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
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * The running server of one endpoint: HTTP and the model start side by side; then it says hello.
 * What runs until then avoids pattern switches: the JVM makes code for each as it is first reached,
 * which no AOT cache holds.
 */
public final class ModelServer implements Drain.Drained {
  private final Vertx vertx;
  private final Listener listener;
  private final Server server;

  private ModelServer(Vertx vertx, Listener listener, Server server) {
    this.vertx = vertx;
    this.listener = listener;
    this.server = server;
  }

  /** Returns once it listens; the model may still be on its way. */
  public static ModelServer start(Config config, String instance, Timeline timeline, JsonLog log)
      throws IOException {
    ModelLoader loader = new ModelLoader(config, source(config), timeline, log);
    CompletableFuture<Loading> loading = new CompletableFuture<>();
    daemon("model", () -> loading.complete(loader.load()));
    Vertx vertx = Listener.vertx();
    Hello hello = new Hello(config, instance, timeline);
    Server server = new Server(vertx, config, hello, new Metrics(timeline), log);
    Listener listener = Listener.open(vertx, Listener.EVERYWHERE, config.port(), server);
    timeline.reach(Step.HTTP, System.nanoTime());
    Greeter greeter = new Greeter(config, hello, timeline, log);
    daemon(
        "hello",
        () -> {
          announce(loading.join(), server, greeter, listener.port(), log);
          GraphMaker.make(loader, config, server::isDraining, log);
        });
    log.info("listening", "port", listener.port(), "instance", instance);
    return new ModelServer(vertx, listener, server);
  }

  static ModelSource source(Config config) {
    return config.source().path().isEmpty()
        ? new DepotSource(config.source(), config.identity())
        : new FileSource(Path.of(config.source().path()));
  }

  /** Lets the server have the model, says so to the activator, and then to the log; blocking. */
  static void announce(Loading loading, Server server, Greeter greeter, int port, JsonLog log) {
    server.loaded(loading);
    greeter.greet(loading, port, () -> !server.isDraining());
    if (loading.reason().isEmpty()) {
      log.info("started", server.startup().asFields());
    } else {
      log.warn(
          "the model cannot be served", "reason", loading.reason(), "problem", loading.message());
    }
  }

  static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return listener.port();
  }

  @Override
  public void drain() throws InterruptedException {
    listener.drain(server);
    close();
  }

  public void close() {
    Listener.await(vertx.close());
  }
}
