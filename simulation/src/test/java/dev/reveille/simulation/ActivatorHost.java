package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Census;
import dev.reveille.activator.internal.Fencing;
import dev.reveille.activator.internal.InternalServer;
import dev.reveille.activator.internal.LoadJournal;
import dev.reveille.activator.internal.LoadReport;
import dev.reveille.activator.internal.Peers;
import dev.reveille.activator.internal.Taking;
import dev.reveille.activator.pool.Claims;
import dev.reveille.activator.pool.Claims.Answer;
import dev.reveille.activator.pool.Member;
import dev.reveille.activator.pool.PoolHello;
import dev.reveille.activator.pool.PoolName;
import dev.reveille.activator.pool.Pools;
import dev.reveille.activator.wake.Scaler;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.PodSeen;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.modelserver.pool.ClaimDesk.Decision;
import io.fabric8.kubernetes.api.model.Pod;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One activator process: the production classes, with the world in place of threads and sockets.
 */
final class ActivatorHost extends Party {
  private static final long TICK = 100 * MILLI;
  private static final long CHECK = SECOND;
  private static final long ASK_TIMEOUT = SECOND;
  private static final long CLAIM_TIMEOUT = 500 * MILLI;

  final World world;
  final int number;
  final List<Exchange> exchanges = new ArrayList<>();

  /** When it was looked at last, nothing waited or ran. */
  boolean foundEmpty;

  private Endpoints endpoints;
  private Pods pods;
  private Pools pools;
  private Backends backends;
  private Waker waker;
  private Fencing fencing;
  private Taking taking;
  private Peers peers;
  private InternalServer.Parts parts;
  private LoadJournal journal;
  private Feed<InferenceEndpoint>.Watch endpointWatch;
  private Feed<Pod>.Watch podWatch;
  private long staleUntil;
  private final Map<String, Long> asked = new HashMap<>();

  ActivatorHost(World world, int number) {
    super("activator-" + number);
    this.world = world;
    this.number = number;
    clockOrigin = Long.MAX_VALUE - world.dice().below(20 * SECOND);
  }

  long nanoTime() {
    return clockOrigin + world.now();
  }

  void start() {
    alive = true;
    clockOrigin = world.dice().chance(0.5) ? -world.dice().below(20 * SECOND) : clockOrigin;
    exchanges.clear();
    asked.clear();
    staleUntil = 0;
    build();
    watch();
    world.agenda().after(TICK, this, this::tick);
    world.agenda().after(CHECK, this, this::check);
  }

  /** As {@code Activator} does. */
  private void build() {
    endpoints = new Endpoints(Shared.METERS, this::nanoTime);
    pods = new Pods(endpoints, () -> world.now() >= staleUntil, this::nanoTime);
    pools = new Pools(pods::standsIn);
    pods.onFreed(pools::gone);
    backends = new Backends(endpoints, pods, this::nanoTime);
    Claims claims = new Claims(pools, this::claim, model -> "sha256:0", this::nanoTime);
    waker = new Waker(new Scale(), Shared.DEPOT, claims, this::wakeThread, this::nanoTime);
    parts =
        new InternalServer.Parts(
            name,
            Shared.KEYS,
            endpoints,
            backends,
            pools,
            pods,
            Shared.DEPOT,
            waker,
            Shared.SCRAPED,
            () -> true,
            () -> true,
            this::nanoTime);
    journal = new LoadJournal();
    fencing = new Fencing(parts);
    taking = new Taking(endpoints, backends, pools, this::nanoTime);
    peers = new Peers(new PeerPost(), () -> world.peersOf(this));
  }

  /** Endpoints first, because pods belong to them. */
  private void watch() {
    Cluster cluster = world.cluster();
    endpointWatch =
        cluster.endpoints.watch(
            this,
            world.lag(),
            change -> {
              if (change.gone()) {
                endpoints.remove(change.key());
                world.rules().newEpoch(this, cluster.ever(change.key()));
              } else {
                endpoints.put(change.object());
              }
            });
    podWatch =
        cluster.podFeed.watch(
            this,
            world.lag(),
            change -> {
              PodSeen pod = PodSeen.of(change.object());
              if (change.gone()) {
                pods.gone(pod);
              } else {
                pods.seen(pod);
              }
            });
  }

  void crash() {
    world.tell(() -> name + " dies");
    die();
    List.copyOf(exchanges).forEach(Exchange::processDied);
    exchanges.clear();
  }

  void stallWatch(long nanos, boolean noticed) {
    podWatch.stall(nanos);
    endpointWatch.stall(nanos);
    if (noticed) {
      staleUntil = world.now() + nanos;
    }
  }

  // ── what goes on by itself ──

  private void tick() {
    long now = nanoTime();
    for (Endpoint endpoint : endpoints.all()) {
      if (endpoint.gate().isAtRest()) {
        continue;
      }
      endpoint.gate().pump(now);
      endpoint.tell(now);
      waker.wakeIfNeeded(endpoint);
      endpoint.retireBridges().forEach(pools::relieved);
    }
    if (world.sabotage() == Sabotage.WAKES_AT_ONCE) {
      waker.prune(uid -> false);
    }
    probe();
    world.agenda().after(TICK, this, this::tick);
  }

  private void check() {
    backends.dropUnconfirmed();
    waker.prune(uid -> endpoints.withUid(uid).isPresent());
    pools.prune(pods::isAt, nanoTime());
    world.agenda().after(CHECK, this, this::check);
  }

  private void probe() {
    for (PodSeen pod : pods.all()) {
      if (pod.leaving() || pod.host().isEmpty()) {
        continue;
      }
      boolean silent =
          pod.pool().isEmpty()
              ? pods.ownerOf(pod).filter(each -> !each.hasBackendAt(pod.host())).isPresent()
              : !pools.knows(pod.host(), nanoTime());
      if (silent && world.now() >= asked.getOrDefault(pod.uid(), 0L)) {
        asked.put(pod.uid(), world.now() + SECOND);
        world.visit(
            this,
            pod.host(),
            ASK_TIMEOUT,
            process -> process.report(),
            found -> {
              found.ifPresent(hello -> probed(hello, pod));
            });
      }
    }
  }

  private void probed(Hello hello, PodSeen pod) {
    if (!pod.pool().isEmpty()) {
      if (hello.isBridge()) {
        pools.taken(
            new PoolName(pod.namespace(), pod.pool()),
            hello.instance(),
            pod.host(),
            hello.uid(),
            nanoTime());
      }
    } else if (hello.uid().equals(pod.endpointUid())) {
      backends.hello(hello, pod.host());
    }
  }

  // ── what others say ──

  int hello(Hello hello, String host) {
    if (taking.take(hello, host) == Backends.Taken.NOT_NOW) {
      return 503;
    }
    peers.tell(hello, host);
    return 204;
  }

  int poolHello(PoolHello hello, String host) {
    pools.hello(hello, host, nanoTime());
    peers.tell(hello, host);
    return 204;
  }

  private int passedOn(Object message) {
    return switch (message) {
      case Peers.Passed(String host, Hello hello) ->
          taking.take(hello, host) == Backends.Taken.NOT_NOW ? 503 : 204;
      case Peers.PassedPoolHello(String host, PoolHello hello) -> {
        pools.hello(hello, host, nanoTime());
        yield 204;
      }
      default -> throw new IllegalStateException("no message of peers: " + message);
    };
  }

  /** Empty: the endpoint is unknown. */
  Optional<Census> fence(String uid, String id, int seconds) {
    Optional<Endpoint> endpoint = endpoints.withUid(uid);
    if (world.sabotage() == Sabotage.FENCE_STOPS_NOTHING) {
      return endpoint.map(each -> each.gate().census(nanoTime()));
    }
    return endpoint.flatMap(each -> fencing.put(each, id, seconds));
  }

  void unfence(String uid, String id, boolean slept) {
    Optional<Endpoint> endpoint = endpoints.withUid(uid);
    if (slept && world.sabotage() != Sabotage.TAKES_A_SLEEP_FOR_NONE) {
      endpoint.ifPresent(each -> fencing.slept(each, id));
      world.rules().newEpoch(this, world.cluster().ever(uid));
    } else {
      endpoint.ifPresent(each -> fencing.lift(each, id));
    }
  }

  LoadReport load(String since) {
    return LoadReport.of(parts, journal, since, nanoTime());
  }

  // ── requests ──

  Optional<Endpoint> endpoint(String name) {
    return Optional.ofNullable(endpoints.named(Cluster.NAMESPACE, name));
  }

  Optional<Endpoint> withUid(String uid) {
    return endpoints.withUid(uid);
  }

  int backendsOf(String uid) {
    return endpoints.withUid(uid).map(each -> each.gate().backends().size()).orElse(0);
  }

  Waker waker() {
    return waker;
  }

  Backends backends() {
    return backends;
  }

  // ── claims ──

  private Future<Answer> claim(Endpoint endpoint, Member member, String digest) {
    Promise<Answer> promise = Promise.promise();
    String model = endpoint.modelId().orElse("");
    world.visit(
        this,
        member.host(),
        CLAIM_TIMEOUT,
        process ->
            process.instance.equals(member.instance())
                ? process.claim(endpoint.uid(), model)
                : new Decision.Closed("another process"),
        answer ->
            promise.complete(
                answer
                    .map(
                        decision ->
                            switch (decision) {
                              case Decision.Taken taken -> Answer.OURS;
                              case Decision.Kept kept -> Answer.OURS;
                              case Decision.Others others -> Answer.NOT_OURS;
                              case Decision.Closed closed -> Answer.NOT_OURS;
                            })
                    .orElse(Answer.LOST)));
    return promise.future();
  }

  // ── wakes ──

  private long submitted;

  /** Calls of the API take their time; each is one moment of it. */
  private void wakeThread(Runnable work) {
    long began = world.agenda().steps();
    world
        .agenda()
        .after(
            world.apiDelay(),
            this,
            () -> {
              submitted = began;
              work.run();
            });
  }

  /** The scale subresource. */
  private final class Scale implements Scaler {
    @Override
    public Outcome raise(String namespace, String endpoint, int wanted) {
      world.rules().woke(ActivatorHost.this, endpoint, submitted);
      if (world.cluster().isAway()) {
        return new Outcome.Failed("the API server is away");
      }
      Optional<App> app =
          world.cluster().apps.stream()
              .filter(each -> each.name.equals(endpoint) && !each.deleted)
              .findFirst();
      if (app.isEmpty()) {
        return new Outcome.Failed("there is no Deployment yet");
      }
      if (app.get().replicas >= wanted) {
        return new Outcome.Enough();
      }
      world.tell(() -> name + " raises " + endpoint + " to " + wanted);
      world.cluster().scale(app.get(), wanted);
      return world.dice().chance(world.setting().loss())
          ? new Outcome.Failed("the answer was lost")
          : new Outcome.Raised();
    }
  }

  /** Messages to the other activators. */
  private final class PeerPost implements Peers.Post {
    @Override
    public Future<Integer> send(String address, String path, Object message) {
      Promise<Integer> promise = Promise.promise();
      ActivatorHost peer = world.activator(address);
      world.ask(
          ActivatorHost.this,
          peer,
          ASK_TIMEOUT,
          () -> peer.passedOn(message),
          answer -> answer.ifPresentOrElse(promise::complete, () -> promise.fail("no answer")));
      return promise.future();
    }

    @Override
    public void later(long millis, Runnable then) {
      world.agenda().after(millis * MILLI, ActivatorHost.this, then);
    }
  }
}
