package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API server's objects, and the controllers and the kubelet that follow them. */
final class Cluster {
  static final String NAMESPACE = "demo";
  static final String POOL = "small";
  private static final int HOSTS = 64;
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  final World world;
  final Feed<InferenceEndpoint> endpoints;
  final Feed<Deployment> deployments;
  final Feed<Pod> podFeed;
  final List<App> apps = new ArrayList<>();
  final PodList pods = new PodList();
  private final Party controllers = new Party("controllers");
  private final Deque<String> freeHosts = new ArrayDeque<>();
  private int names;
  private int lives;
  private boolean poolPlanned;
  long awayUntil;

  Cluster(World world) {
    this.world = world;
    this.endpoints = new Feed<>(world);
    this.deployments = new Feed<>(world);
    this.podFeed = new Feed<>(world);
    for (int i = 1; i <= HOSTS; i++) {
      freeHosts.add("10.0.0." + i);
    }
  }

  void begin() {
    for (int i = 0; i < world.setting().endpoints(); i++) {
      make(i);
    }
    syncPoolSoon();
  }

  Instant wallClock() {
    return BEGINNING.plusNanos(world.now());
  }

  void controllersAway(long nanos) {
    controllers.frozenUntil = world.now() + nanos;
  }

  boolean isAway() {
    return world.now() < awayUntil;
  }

  // ── endpoints and their scale ──

  private App make(int number) {
    App app = new App(number, ++lives, world.setting(), world.sabotage());
    apps.add(app);
    endpoints.put(app.uid, app.resource());
    deployments.put(app.uid, app.deployment());
    return app;
  }

  /** The living endpoint of that number. */
  App app(int number) {
    for (int i = apps.size() - 1; i >= 0; i--) {
      if (apps.get(i).number == number) {
        return apps.get(i);
      }
    }
    throw new IllegalStateException("no endpoint " + number);
  }

  Optional<App> withUid(String uid) {
    return apps.stream().filter(app -> app.uid.equals(uid) && !app.deleted).findFirst();
  }

  /** Living or not. */
  App ever(String uid) {
    return apps.stream().filter(app -> app.uid.equals(uid)).findFirst().orElseThrow();
  }

  void makeAnew(int number) {
    App old = app(number);
    old.deleted = true;
    old.replicas = 0;
    endpoints.remove(old.uid, old.resource());
    deployments.remove(old.uid, old.deployment());
    syncSoon(old);
    world.agenda().after(world.dice().around(50 * MILLI), controllers, () -> collect(old));
    make(number);
  }

  /** What belongs to an owner that is no more. */
  private void collect(App gone) {
    for (PodObject pod : pods.all()) {
      if (pod.app == null && pod.endpointUid.equals(gone.uid)) {
        delete(pod);
      }
    }
  }

  void changeSpec(int number, boolean broken) {
    App app = app(number);
    app.generation++;
    app.template++;
    if (broken) {
      app.broken.add(app.template);
    }
    endpoints.put(app.uid, app.resource());
    world.agenda().after(world.dice().around(50 * MILLI), controllers, () -> rollOut(app));
  }

  void pause(App app, boolean paused) {
    if (!app.deleted && app.paused != paused) {
      app.paused = paused;
      app.generation++;
      endpoints.put(app.uid, app.resource());
    }
  }

  private void rollOut(App app) {
    app.rolledOut = app.template;
    changed(app);
    syncSoon(app);
  }

  /** Guarded by the version that was read; the outcome. */
  boolean write(App app, long version, int replicas) {
    if (app.deleted || app.version != version) {
      return false;
    }
    scale(app, replicas);
    return true;
  }

  void scale(App app, int replicas) {
    if (app.replicas != replicas) {
      app.replicas = replicas;
      changed(app);
      syncSoon(app);
    }
  }

  private void changed(App app) {
    app.version++;
    if (!app.deleted) {
      deployments.put(app.uid, app.deployment());
    }
  }

  // ── controllers ──

  private void syncSoon(App app) {
    if (!app.syncPlanned) {
      app.syncPlanned = true;
      world.agenda().after(world.dice().around(10 * MILLI), controllers, () -> sync(app));
    }
  }

  /** Looks at what is so now, however often it changed since the last time. */
  private void sync(App app) {
    app.syncPlanned = false;
    List<PodObject> own = new ArrayList<>();
    List<PodObject> old = new ArrayList<>();
    for (PodObject pod : pods.all()) {
      if (pod.app == app && !pod.deleted && !pod.gone) {
        (pod.revision.equals(app.revision()) ? own : old).add(pod);
      }
    }
    for (int i = own.size(); i < app.replicas; i++) {
      create(app, app.revision());
    }
    for (int i = own.size() - 1; i >= app.replicas; i--) {
      delete(own.get(i));
    }
    long ready = own.stream().filter(pod -> pod.readyShown).count();
    if (app.replicas == 0 || ready >= app.replicas) {
      old.forEach(this::delete);
    }
    int shown = (int) pods.all().stream().filter(pod -> pod.app == app && pod.readyShown).count();
    if (shown != app.shownReady) {
      app.shownReady = shown;
      changed(app);
    }
  }

  private void syncPoolSoon() {
    if (world.setting().hasPool() && !poolPlanned) {
      poolPlanned = true;
      world
          .agenda()
          .after(
              world.dice().around(10 * MILLI),
              controllers,
              () -> {
                poolPlanned = false;
                long standing =
                    pods.all().stream()
                        .filter(pod -> pod.isPooled() && !pod.deleted && !pod.gone)
                        .count();
                for (long i = standing; i < world.setting().pool(); i++) {
                  create(null, "p1");
                }
              });
    }
  }

  // ── pods ──

  private void create(@Nullable App app, String revision) {
    String name = (app == null ? POOL : app.name) + "-" + ++names;
    PodObject pod = new PodObject(name, app, revision, freeHosts.removeFirst(), wallClock());
    pods.add(pod);
    show(pod);
    Agenda agenda = world.agenda();
    Dice dice = world.dice();
    long scheduled = dice.around(10 * MILLI);
    long started = scheduled + dice.around(150 * MILLI);
    agenda.after(
        scheduled,
        controllers,
        () -> {
          pod.scheduled = true;
          show(pod);
        });
    agenda.after(started, world.kubelet(), () -> start(pod, false));
    agenda.after(
        started + dice.around(400 * MILLI),
        world.kubelet(),
        () -> {
          pod.addressShown = true;
          show(pod);
        });
  }

  private void show(PodObject pod) {
    if (!pod.gone) {
      pod.version++;
      podFeed.put(pod.name, pod.snapshot());
    }
  }

  private void start(PodObject pod, boolean again) {
    if (!pod.deleted && !pod.gone) {
      pod.process = new ModelProcess(world, pod, again);
      pod.process.start();
    }
  }

  /** Its container answered its readiness probe, or does not any more. */
  void readiness(PodObject pod, boolean ready) {
    world
        .agenda()
        .after(
            world.dice().around(500 * MILLI),
            world.kubelet(),
            () -> {
              boolean shown = ready && !pod.deleted && pod.process != null && pod.process.alive;
              if (pod.readyShown != shown) {
                pod.readyShown = shown;
                show(pod);
                if (pod.app != null) {
                  syncSoon(pod.app);
                }
              }
            });
  }

  void delete(PodObject pod) {
    if (pod.deleted || pod.gone) {
      return;
    }
    world.tell(() -> "pod " + pod.name + " is deleted");
    pod.deleted = true;
    pod.readyShown = false;
    show(pod);
    replaceSoon(pod);
    world
        .agenda()
        .after(
            world.dice().around(20 * MILLI),
            world.kubelet(),
            () -> {
              if (pod.process == null || !pod.process.alive) {
                ended(pod);
              } else {
                world.agenda().after(0, pod.process, pod.process::drain);
              }
            });
  }

  /** Its process is over: the address is free at once, the object goes a little later. */
  void ended(PodObject pod) {
    if (pod.deleted && !pod.gone && !pod.freed) {
      pod.freed = true;
      freeHosts.addFirst(pod.host);
      world
          .agenda()
          .after(
              world.dice().around(200 * MILLI),
              world.kubelet(),
              () -> {
                pod.gone = true;
                podFeed.remove(pod.name, pod.snapshot());
                replaceSoon(pod);
              });
    }
  }

  private void replaceSoon(PodObject pod) {
    if (pod.isPooled()) {
      syncPoolSoon();
    }
    if (pod.app != null) {
      syncSoon(pod.app);
    }
  }

  void containerDied(PodObject pod) {
    if (pod.process == null || !pod.process.alive) {
      return;
    }
    pod.process.crash();
    pod.readyShown = false;
    if (pod.deleted) {
      ended(pod);
    } else {
      world
          .agenda()
          .after(world.dice().around(500 * MILLI), world.kubelet(), () -> start(pod, true));
      if (pod.app != null) {
        syncSoon(pod.app);
      }
    }
  }

  /** Its node is gone: the object stays until somebody gives up on it. */
  void lose(PodObject pod, long nanos) {
    pod.lost = true;
    pod.process.vanish();
    world
        .agenda()
        .after(
            nanos,
            controllers,
            () -> {
              delete(pod);
              ended(pod);
            });
  }

  /** Guarded by the version; the operator gives a pool's pod to an endpoint. */
  boolean handOver(PodObject pod, App app, long version) {
    if (pod.version != version || pod.gone || pod.deleted) {
      return false;
    }
    pod.pool = "";
    pod.endpointUid = app.uid;
    pod.bridgeOf = app.name;
    show(pod);
    syncPoolSoon();
    return true;
  }

  static long startTakes(Dice dice) {
    return dice.around(200 * MILLI);
  }

  static long drainLingers() {
    return SECOND;
  }
}
