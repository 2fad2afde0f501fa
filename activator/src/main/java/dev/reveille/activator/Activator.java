package dev.reveille.activator;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Prober;
import dev.reveille.activator.backend.Upstream;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.home.Homes;
import dev.reveille.activator.home.Sibling;
import dev.reveille.activator.internal.InternalServer;
import dev.reveille.activator.measure.JvmMeters;
import dev.reveille.activator.metricsapi.ExternalMetrics;
import dev.reveille.activator.metricsapi.MetricsListener;
import dev.reveille.activator.metricsapi.OwnDemand;
import dev.reveille.activator.pool.ClaimCall;
import dev.reveille.activator.pool.Claims;
import dev.reveille.activator.pool.Pools;
import dev.reveille.activator.proxy.Farewell;
import dev.reveille.activator.proxy.Memory;
import dev.reveille.activator.proxy.Proxy;
import dev.reveille.activator.wake.Scaler;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.Keys;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The running activator: its listeners, and the clock that drives what happens without a request.
 * Everything of the cluster comes in through {@link Outside}.
 */
public final class Activator {
  private static final long PROBE_MILLIS = 20;
  private static final long TICK_MILLIS = 100;
  private static final long CHECK_MILLIS = 1000;
  private static final long DRAIN_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long REFUSING_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Vertx vertx;
  private final Config config;
  private final Endpoints endpoints;
  private final Pods pods;
  private final Pools pools;
  private final Homes homes;
  private final Depot depot;
  private final Outside outside;
  private final Upstream upstream;
  private final Memory memory;
  private final MetricsListener metrics;
  private final Farewell farewell = new Farewell();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private volatile boolean draining;
  private volatile int dataPort;
  private volatile int internalPort;

  /**
   * What the activator needs of the cluster.
   *
   * @param synced whether the first lists are in
   * @param alive no watch has ended for good: else only a restart helps
   * @param watching whether the pod watch is current
   * @param peers internal listeners of the other activators
   * @param siblings the activators that are ready, this one among them once it is
   * @param servingPeers those of them that clients are sent to
   */
  public record Outside(
      Keys keys,
      Scaler scaler,
      BooleanSupplier synced,
      BooleanSupplier alive,
      BooleanSupplier watching,
      Supplier<List<String>> peers,
      Supplier<List<Sibling>> siblings,
      Supplier<Set<String>> servingPeers) {}

  public Activator(Vertx vertx, Config config, Outside outside) {
    this.vertx = vertx;
    this.config = config;
    this.outside = outside;
    JvmMeters.register(meters);
    this.endpoints = new Endpoints(meters, System::nanoTime);
    this.pods = new Pods(endpoints, outside.watching(), System::nanoTime);
    this.pools = new Pools(pods::standsIn);
    pods.onFreed(pools::gone);
    this.homes =
        new Homes(config.pod(), outside.keys().activator(), outside.siblings(), System::nanoTime);
    this.depot = new Depot(vertx, config.depot(), System::nanoTime);
    this.upstream = Upstream.open(vertx);
    this.memory = Memory.of(config.requestMemory());
    memory.register(meters);
    this.metrics = metricsListener();
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

  /** Opens when it is brought its credentials. */
  public MetricsListener metrics() {
    return metrics;
  }

  private MetricsListener metricsListener() {
    return ExternalMetrics.start(
        vertx,
        upstream.http1(),
        config.metricsPort(),
        new ExternalMetrics.Parts(
            new OwnDemand(endpoints),
            outside.peers(),
            outside.servingPeers(),
            outside.synced(),
            outside.keys().activator(),
            meters),
        new ExternalMetrics.Clocks(System::nanoTime, InstantSource.system()));
  }

  /** Returns once the data and the internal listener are open. */
  public void start() {
    Backends backends = new Backends(endpoints, pods, System::nanoTime);
    HttpClient client = upstream.http1();
    ClaimCall ask = new ClaimCall(client, outside.keys(), this::internalPort);
    Claims claims = new Claims(pools, ask, depot::digest, System::nanoTime);
    Waker waker = new Waker(outside.scaler(), depot, claims, Waker.threads(), System::nanoTime);
    InternalServer internal =
        new InternalServer(
            new InternalServer.Parts(
                config.pod(),
                outside.keys(),
                endpoints,
                backends,
                pools,
                pods,
                depot,
                waker,
                meters,
                () -> outside.synced().getAsBoolean() && !draining,
                outside.alive(),
                System::nanoTime),
            vertx,
            client,
            outside.peers());
    internalPort =
        await(
                vertx
                    .createHttpServer(Listeners.internal(config.internalPort()))
                    .requestHandler(internal)
                    .listen())
            .actualPort();
    deployProxies(backends, waker);
    waker.rehearse();
    Prober prober = new Prober(upstream, pods, backends, pools, System::nanoTime);
    vertx.setPeriodic(PROBE_MILLIS, tick -> prober.probe());
    vertx.setPeriodic(TICK_MILLIS, tick -> tick(waker));
    vertx.setPeriodic(CHECK_MILLIS, tick -> check(backends, waker));
  }

  /** One proxy an event loop, all on one port. */
  private void deployProxies(Backends backends, Waker waker) {
    int loops = Runtime.getRuntime().availableProcessors();
    int port = config.dataPort();
    await(
        vertx.deployVerticle(
            () ->
                new AbstractVerticle() {
                  @Override
                  public void start(Promise<Void> started) {
                    Proxy proxy =
                        new Proxy(
                            new Proxy.Parts(
                                vertx,
                                Upstream.open(vertx),
                                farewell,
                                endpoints,
                                homes,
                                backends,
                                waker,
                                memory,
                                config.clientRead(),
                                () -> ThreadLocalRandom.current().nextInt(100),
                                System::nanoTime));
                    vertx
                        .createHttpServer(Listeners.data(port))
                        .requestHandler(proxy)
                        .invalidRequestHandler(proxy::refuseMalformed)
                        .listen()
                        .onSuccess(server -> dataPort = server.actualPort())
                        .<Void>mapEmpty()
                        .onComplete(started);
                  }
                },
            new DeploymentOptions().setInstances(port == 0 ? 1 : loops)));
  }

  private void tick(Waker waker) {
    long now = System.nanoTime();
    for (Endpoint endpoint : endpoints.all()) {
      if (endpoint.gate().isAtRest()) {
        continue; // as most are, most of the time
      }
      endpoint.gate().pump(now); // a fence may have ended
      endpoint.tell(now);
      waker.wakeIfNeeded(endpoint);
      endpoint.retireBridges().forEach(pools::relieved);
    }
    depot.retry();
  }

  private void check(Backends backends, Waker waker) {
    backends.dropUnconfirmed();
    waker.prune(uid -> endpoints.withUid(uid).isPresent());
    memory.prune(uid -> endpoints.withUid(uid).isPresent());
    pools.prune(pods::isAt, System.nanoTime());
  }

  /**
   * Goes on serving until the Service has forgotten this pod and nobody waits for an answer, and
   * takes leave of the clients meanwhile; blocking.
   */
  public void drain() {
    draining = true;
    farewell.begin();
    awaitAtMost(config.drain().toNanos(), () -> false);
    awaitAtMost(DRAIN_AT_MOST_NANOS, () -> !busy());
    endpoints.all().forEach(endpoint -> endpoint.gate().shut(Refusal.shuttingDown()));
    awaitAtMost(REFUSING_NANOS, () -> !busy());
    await(vertx.close());
  }

  private static void awaitAtMost(long nanos, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (System.nanoTime() - began < nanos && !condition.getAsBoolean()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private boolean busy() {
    long now = System.nanoTime();
    return farewell.open() > 0
        || homes.underway() > 0
        || endpoints.all().stream()
            .map(endpoint -> endpoint.gate().census(now))
            .anyMatch(census -> census.inFlight() > 0 || census.queued() > 0);
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
