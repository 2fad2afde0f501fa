package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Activators.Answer;
import dev.reveille.operator.activators.Ledger;
import dev.reveille.operator.activators.Loads;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.Bridges;
import dev.reveille.operator.lifecycle.Lifecycle;
import dev.reveille.operator.lifecycle.Observed;
import dev.reveille.operator.lifecycle.Transition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One operator process: what it watches and polls, and the chain that each endpoint goes through.
 */
final class OperatorHost extends Party {
  private static final long POLL_PERIOD = SECOND;
  private static final long POLL_TIMEOUT = 2 * SECOND;
  private static final long FRESH = 3 * SECOND;
  private static final Duration AGAIN = Duration.ofSeconds(2);

  final World world;
  private final Map<String, InferenceEndpoint> endpoints = new LinkedHashMap<>();
  private final Map<String, Deployment> deployments = new HashMap<>();
  private final Map<String, Pod> pods = new LinkedHashMap<>();
  private final Set<String> running = new HashSet<>();
  private final Set<String> dirty = new HashSet<>();
  private final Map<String, Integer> timers = new HashMap<>();
  private final Ledger ledger = new Ledger();
  private Loads loads = Loads.NONE;
  private long polledAt;
  private final Set<String> spent = new TreeSet<>();
  private Feed<Pod>.Watch podWatch;
  private Feed<Deployment>.Watch deploymentWatch;

  /** It leads: a deposed one ends what it has begun, and begins nothing. */
  boolean leads = true;

  /** How long it will stand still before its next write of the scale. */
  long freezesBeforeItWrites;

  /** How far its wall clock is off. */
  long wallClockOff;

  OperatorHost(World world, String name) {
    super(name);
    this.world = world;
    clockOrigin = world.dice().chance(0.5) ? -5 * SECOND : Long.MAX_VALUE - 10 * SECOND;
  }

  long nanoTime() {
    return clockOrigin + world.now();
  }

  void start() {
    Cluster cluster = world.cluster();
    cluster.endpoints.watch(
        this,
        world.lag(),
        change -> {
          if (change.gone()) {
            endpoints.remove(change.key());
          } else {
            endpoints.put(change.key(), change.object());
            reconcileSoon(change.key());
          }
        });
    deploymentWatch =
        cluster.deployments.watch(
            this,
            world.lag(),
            change -> {
              if (change.gone()) {
                deployments.remove(change.key());
              } else {
                deployments.put(change.key(), change.object());
                reconcileSoon(change.key());
              }
            });
    podWatch =
        cluster.podFeed.watch(
            this,
            world.lag(),
            change -> {
              if (change.gone()) {
                pods.remove(change.key());
              } else {
                pods.put(change.key(), change.object());
              }
              reconcileSoon(uidOf(change.object()));
            });
    polledAt = nanoTime();
    world.agenda().after(world.dice().below(SECOND), this, this::poll);
  }

  void stallWatch(long nanos) {
    podWatch.stall(nanos);
    deploymentWatch.stall(nanos);
  }

  private static String uidOf(Pod pod) {
    return pod.getMetadata().getLabels().getOrDefault(Api.ENDPOINT_UID_LABEL, "");
  }

  // ── the poll of the activators ──

  private void poll() {
    if (!leads) {
      return;
    }
    long begun = nanoTime();
    List<ActivatorHost> asked = world.knownActivators();
    List<Answer> answers = new ArrayList<>();
    for (ActivatorHost activator : asked) {
      String since = ledger.version(activator.name);
      world.ask(
          this,
          activator,
          POLL_TIMEOUT,
          () -> activator.load(since),
          answer -> {
            answers.add(new Answer(activator.name, answer.map(Translation::ofLoad)));
            if (answers.size() == asked.size()) {
              polled(begun, ledger.take(answers, begun, nanoTime()));
            }
          });
    }
  }

  private void polled(long begun, Loads now) {
    Set<String> changed = new TreeSet<>(now.changedSince(loads));
    loads = now;
    polledAt = begun;
    changed.forEach(this::reconcileSoon);
    spent.clear();
    spent.addAll(now.ofPool(Cluster.NAMESPACE + "/" + Cluster.POOL).spent());
    for (String pod : spent) {
      world.api(this, () -> deletePooled(pod), done -> {});
    }
    world.agenda().after(POLL_PERIOD, this, this::poll);
  }

  private boolean deletePooled(String name) {
    Optional<PodObject> pod = world.cluster().pods.named(name).filter(PodObject::isPooled);
    pod.ifPresent(world.cluster()::delete);
    return pod.isPresent();
  }

  private Loads latest() {
    return nanoTime() - polledAt <= FRESH ? loads : loads.stale();
  }

  // ── reconciling ──

  private void reconcileSoon(String uid) {
    if (endpoints.containsKey(uid) && dirty.add(uid)) {
      world.agenda().after(MILLI, this, () -> reconcile(uid));
    }
  }

  private void later(String uid, Duration delay) {
    int timer = timers.merge(uid, 1, Integer::sum);
    world
        .agenda()
        .after(
            delay.toNanos(),
            this,
            () -> {
              if (timers.get(uid) == timer) {
                reconcileSoon(uid);
              }
            });
  }

  private void reconcile(String uid) {
    if (running.contains(uid)) {
      world.agenda().after(MILLI, this, () -> reconcile(uid)); // one at a time
      return;
    }
    dirty.remove(uid);
    InferenceEndpoint endpoint = endpoints.get(uid);
    if (endpoint == null || !leads) {
      return;
    }
    Observed observed = observe(endpoint, uid);
    Instant wallClock = world.cluster().wallClock().plusNanos(wallClockOff);
    running.add(uid);
    switch (Lifecycle.decide(observed, wallClock)) {
      case Transition.Stay() -> tend(observed, uid, Optional.empty());
      case Transition.LookAgain(Duration delay) -> tend(observed, uid, Optional.of(delay));
      case Transition.Sleep() ->
          new SleepAttempt(this, uid)
              .begin(slept -> tend(observed, uid, slept ? Optional.empty() : Optional.of(AGAIN)));
      case Transition.Raise(int replicas) ->
          world.api(
              this,
              () -> raise(uid, replicas),
              done ->
                  tend(observed, uid, done.isPresent() ? Optional.empty() : Optional.of(AGAIN)));
    }
  }

  private boolean raise(String uid, int replicas) {
    Optional<App> app = world.cluster().withUid(uid).filter(each -> each.replicas < replicas);
    app.ifPresent(each -> world.cluster().scale(each, replicas));
    return true;
  }

  private Observed observe(InferenceEndpoint endpoint, String uid) {
    List<Pod> own = new ArrayList<>();
    List<Pod> handedOver = new ArrayList<>();
    for (Pod pod : pods.values()) {
      if (uidOf(pod).equals(uid)) {
        boolean bridge = pod.getMetadata().getLabels().containsKey(Api.BRIDGE_LABEL);
        (bridge ? handedOver : own).add(pod);
      }
    }
    return new Observed(
        endpoint,
        endpoint.getMetadata().getLabels().get(Api.REVISION_LABEL),
        deployments.get(uid),
        null,
        own,
        handedOver,
        null,
        latest().of(uid),
        new Applied.Done());
  }

  private void tend(Observed observed, String uid, Optional<Duration> again) {
    Bridges bridges = Bridges.decide(observed);
    for (String pod : bridges.claimed()) {
      world.api(this, () -> handOver(pod, uid), done -> {});
    }
    for (Pod pod : bridges.over()) {
      world.api(this, () -> deleteSeen(pod), done -> {});
    }
    running.remove(uid);
    boolean bridged = !bridges.claimed().isEmpty() || !observed.bridges().isEmpty();
    if (bridged || again.isPresent()) {
      Duration delay = again.orElse(AGAIN);
      later(uid, bridged && delay.compareTo(AGAIN) > 0 ? AGAIN : delay);
    }
  }

  private boolean handOver(String name, String uid) {
    Optional<PodObject> pod = world.cluster().pods.named(name).filter(PodObject::isPooled);
    Optional<App> app = world.cluster().withUid(uid);
    return pod.isPresent()
        && app.isPresent()
        && world.cluster().handOver(pod.get(), app.get(), pod.get().version);
  }

  private boolean deleteSeen(Pod seen) {
    Optional<PodObject> pod =
        world
            .cluster()
            .pods
            .named(seen.getMetadata().getName())
            .filter(each -> seen.getMetadata().getResourceVersion().equals("" + each.version));
    pod.ifPresent(world.cluster()::delete);
    return pod.isPresent();
  }
}
