package dev.reveille.activator;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Prober;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.internal.InternalServer;
import dev.reveille.activator.measure.ProcessMeters;
import dev.reveille.activator.proxy.BodyBudget;
import dev.reveille.activator.proxy.Proxy;
import dev.reveille.activator.wake.Scaler;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.Keys;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The running activator: both listeners, and the clock that drives what happens without a request.
 * Everything of the cluster comes in through {@link Outside}.
 */
public final class Activator {
  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int MOST_CONNECTIONS = 4096;
  private static final long MOST_BODY_BYTES = 256L << 20;
  private static final int WAKE_THREADS = 8;
  private static final int MOST_WAKES_WAITING = 4096;
  private static final long PROBE_MILLIS = 20;
  private static final long TICK_MILLIS = 100;
  private static final long CHECK_MILLIS = 1000;
  private static final long DRAIN_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LAST_ANSWERS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Below the 5 s that many servers keep an idle connection: theirs must not close under us. */
  private static final int KEEP_ALIVE_SECONDS = 4;

  private static final String ANY_ADDRESS = "0.0.0.0";

  private final Vertx vertx;
  private final Config config;
  private final Endpoints endpoints;
  private final Pods pods;
  private final Depot depot;
  private final Outside outside;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private volatile boolean draining;
  private volatile int dataPort;
  private volatile int internalPort;

  /**
   * What the activator needs of the cluster.
   *
   * @param keys empty until the master key is there
   * @param synced whether the first lists are in
   * @param watching whether the pod watch is current
   * @param peers internal listeners of the other activators
   */
  public record Outside(
      Supplier<Optional<Keys>> keys,
      Scaler scaler,
      BooleanSupplier synced,
      BooleanSupplier watching,
      Supplier<List<String>> peers) {}

  public Activator(Vertx vertx, Config config, Outside outside) {
    this.vertx = vertx;
    this.config = config;
    this.outside = outside;
    this.endpoints = new Endpoints(meters, System::nanoTime);
    this.pods = new Pods(endpoints, System::nanoTime);
    this.depot = new Depot(vertx, config.depot(), System::nanoTime);
  }

  public Endpoints endpoints() {
    return endpoints;
  }

  public Pods pods() {
    return pods;
  }

  public Depot depot() {
    return depot;
  }

  public int dataPort() {
    return dataPort;
  }

  public int internalPort() {
    return internalPort;
  }

  /** Returns once both listeners are open. */
  public void start() {
    ProcessMeters.measure(meters, depot);
    Backends backends = new Backends(endpoints, pods, outside.watching(), System::nanoTime);
    Waker waker = new Waker(outside.scaler(), depot, wakeThreads(), System::nanoTime);
    HttpClient client = vertx.createHttpClient(clientOptions());
    InternalServer internal =
        new InternalServer(
            new InternalServer.State(endpoints, backends, pods, depot, waker),
            new InternalServer.Access(
                config.pod(), outside.keys(), this::ready, meters, System::nanoTime),
            vertx,
            client,
            outside.peers());
    internalPort =
        await(
                vertx
                    .createHttpServer(serverOptions(config.internalPort()))
                    .requestHandler(internal)
                    .listen())
            .actualPort();
    deployProxies(backends, waker);
    Prober prober = new Prober(client, endpoints, pods, backends, System::nanoTime);
    vertx.setPeriodic(PROBE_MILLIS, tick -> prober.probe());
    vertx.setPeriodic(TICK_MILLIS, tick -> tick(waker));
    vertx.setPeriodic(CHECK_MILLIS, tick -> check(backends, waker));
  }

  private boolean ready() {
    return outside.synced().getAsBoolean() && outside.keys().get().isPresent() && !draining;
  }

  /** One proxy an event loop, all on one port. */
  private void deployProxies(Backends backends, Waker waker) {
    long bodies = Math.min(MOST_BODY_BYTES, Runtime.getRuntime().maxMemory() / 4);
    Proxy.Shared shared =
        new Proxy.Shared(
            endpoints, backends, waker, new BodyBudget(bodies), () -> draining, System::nanoTime);
    int port = config.dataPort();
    SocketAddress address =
        port == 0
            ? SocketAddress.sharedRandomPort(1, ANY_ADDRESS)
            : SocketAddress.inetSocketAddress(port, ANY_ADDRESS);
    await(
        vertx.deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    HttpClient http = vertx.createHttpClient(clientOptions(), poolOptions());
                    return vertx
                        .createHttpServer(serverOptions(port))
                        .requestHandler(new Proxy(vertx, http, shared))
                        .listen(address)
                        .onSuccess(server -> dataPort = server.actualPort());
                  }
                },
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors())));
  }

  private void tick(Waker waker) {
    long now = System.nanoTime();
    for (Endpoint endpoint : endpoints.all()) {
      endpoint.gate().pump(now); // a fence may have ended
      waker.wakeIfNeeded(endpoint);
    }
    depot.retry();
  }

  private void check(Backends backends, Waker waker) {
    backends.dropUnconfirmed();
    waker.prune(uid -> endpoints.withUid(uid).isPresent());
  }

  /**
   * Goes on serving until the Service has forgotten this pod and nothing waits or runs; blocking.
   */
  public void drain() {
    draining = true;
    long began = System.nanoTime();
    long waited = 0;
    while (waited < config.drain().toNanos() || (busy() && waited < DRAIN_AT_MOST_NANOS)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      waited = System.nanoTime() - began;
    }
    if (busy()) {
      endpoints.all().forEach(endpoint -> endpoint.gate().close(Refusal.shuttingDown()));
      LockSupport.parkNanos(LAST_ANSWERS_NANOS);
    }
    await(vertx.close());
  }

  private boolean busy() {
    long now = System.nanoTime();
    return endpoints.all().stream()
        .map(endpoint -> endpoint.gate().census(now))
        .anyMatch(census -> census.inFlight() > 0 || census.queued() > 0);
  }

  private static ThreadPoolExecutor wakeThreads() {
    return new ThreadPoolExecutor(
        WAKE_THREADS,
        WAKE_THREADS,
        1,
        TimeUnit.MINUTES,
        new ArrayBlockingQueue<>(MOST_WAKES_WAITING),
        Thread.ofPlatform().name("wake-", 0).daemon().factory());
  }

  private static HttpServerOptions serverOptions(int port) {
    return new HttpServerOptions()
        .setPort(port)
        .setTcpNoDelay(true)
        .setHttp2ClearTextEnabled(false)
        .setMaxHeaderSize(MOST_HEADER_BYTES);
  }

  private static HttpClientOptions clientOptions() {
    return new HttpClientOptions()
        .setKeepAlive(true)
        .setTcpNoDelay(true)
        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS);
  }

  private static PoolOptions poolOptions() {
    return new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
