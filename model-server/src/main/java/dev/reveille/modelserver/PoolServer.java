package dev.reveille.modelserver;

import dev.reveille.modelserver.hello.Greeter;
import dev.reveille.modelserver.hello.Hello;
import dev.reveille.modelserver.http.Lobby;
import dev.reveille.modelserver.http.Server;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.measure.Timeline.Step;
import dev.reveille.modelserver.model.ModelLoader;
import dev.reveille.modelserver.pool.Claim;
import dev.reveille.modelserver.pool.ClaimDesk;
import dev.reveille.modelserver.pool.Headroom;
import dev.reveille.modelserver.pool.PoolGreeter;
import dev.reveille.modelserver.pool.PoolHello;
import dev.reveille.modelserver.pool.SpentMark;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The running pod of a warm pool: it rehearses, says that it is free, and becomes the server of the
 * endpoint that claims it first. A thread waits for that claim, so that all it starts is the work.
 */
public final class PoolServer implements Drain.Drained {

  /** The endpoint that has this pod: its configuration, and its server. */
  private record Tenancy(Config config, Hello hello, Server server) {}

  private final PoolConfig config;
  private final Vertx vertx;
  private final Timeline timeline;
  private final JsonLog log;
  private final PoolHello hello;
  private final Metrics metrics;
  private final ClaimDesk desk = new ClaimDesk();
  private final CompletableFuture<Tenancy> tenancy = new CompletableFuture<>();
  private final CountDownLatch unfree = new CountDownLatch(1);
  private final Listener listener;

  private PoolServer(
      PoolConfig config, PoolHello hello, Vertx vertx, Timeline timeline, JsonLog log)
      throws IOException {
    this.config = config;
    this.hello = hello;
    this.vertx = vertx;
    this.timeline = timeline;
    this.log = log;
    this.metrics = new Metrics(timeline);
    Lobby lobby = new Lobby(vertx, desk, hello, metrics, timeline, this::moveIn);
    this.listener = Listener.open(vertx, config.host(), config.port(), lobby);
    timeline.reach(Step.HTTP, System.nanoTime());
  }

  /** Returns once it listens; it is free when it has rehearsed, and never when it is spent. */
  public static PoolServer start(PoolConfig config, String instance, Timeline timeline, JsonLog log)
      throws IOException {
    boolean spent = SpentMark.isFound(config.spentDir());
    PoolHello hello = new PoolHello(config.pool(), instance, PoolHello.newClaimKey());
    PoolServer server = new PoolServer(config, hello, Listener.vertx(), timeline, log);
    log.info("listening", "port", server.port(), "instance", instance);
    ModelServer.daemon("claim", spent ? server::beSpent : server::beFree);
    return server;
  }

  /** As {@link #start}, free at once and told to nobody: what a rehearsal claims. */
  static PoolServer open(
      PoolConfig config, PoolHello hello, Vertx vertx, Timeline timeline, JsonLog log)
      throws IOException {
    PoolServer server = new PoolServer(config, hello, vertx, timeline, log);
    server.desk.open();
    ModelServer.daemon("claim", server::serveTenant);
    return server;
  }

  private void beSpent() {
    desk.spend();
    try {
      new PoolGreeter(config, hello, log).reportSpent(port(), unfree);
    } catch (InterruptedException e) {
      log.warn("interrupted: no more is said of this pod");
    }
  }

  /** A pod that fails its rehearsal would fail its endpoint: it stays, not ready, for who looks. */
  private void beFree() {
    try {
      Rehearsal.run(vertx, config.threads());
    } catch (IOException | RuntimeException | LinkageError e) {
      log.warn("the rehearsal failed: this pod will not be free", "problem", e.toString());
      return;
    }
    System.gc(); // so that what the rehearsal left costs its memory, and no pause when it matters
    Headroom.touch();
    desk.open();
    ModelServer.daemon("pool hello", this::offer);
    serveTenant();
  }

  private void offer() {
    try {
      new PoolGreeter(config, hello, log).offer(desk, port(), unfree);
    } catch (InterruptedException e) {
      log.warn("interrupted: this pod is not offered any more");
    }
  }

  /** On an event loop, so without blocking: the waiting thread does the rest. */
  private Server moveIn(Claim claim) {
    timeline.reach(Step.CLAIMED, System.nanoTime());
    Config its = claim.config(config);
    Hello greeting = new Hello(its, hello.instance(), timeline);
    Server server = new Server(vertx, its, greeting, metrics, log);
    unfree.countDown();
    tenancy.complete(new Tenancy(its, greeting, server));
    return server;
  }

  private void serveTenant() {
    Tenancy tenant = tenancy.join();
    Config its = tenant.config();
    ModelLoader loader = new ModelLoader(its, ModelServer.source(its), timeline, log);
    Greeter greeter = new Greeter(its, tenant.hello(), timeline, log);
    ModelServer.announce(loader.load(), tenant.server(), greeter, port(), log);
    GraphMaker.make(loader, its, tenant.server()::isDraining, log);
  }

  public int port() {
    return listener.port();
  }

  /** Nobody's pod ends at once. */
  @Override
  public void drain() throws InterruptedException {
    if (desk.close()) {
      listener.drain(tenancy.join().server());
    }
    unfree.countDown();
    close();
  }

  /** Ends it, and all of its process. */
  public void close() {
    Listener.await(vertx.close());
  }

  /** Ends it and gives its model's memory back; the process goes on. */
  void strike() {
    listener.close();
    if (desk.close()) {
      tenancy.join().server().close();
    }
  }
}
