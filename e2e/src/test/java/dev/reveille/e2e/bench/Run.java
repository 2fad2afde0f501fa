package dev.reveille.e2e.bench;

import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.MiniLm;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One run's parts, in a namespace of its own on the named cluster. */
final class Run implements AutoCloseable {
  /** Fewer say too little about what one pod start computes. */
  private static final int CPU_TRIES = 10;

  /** Long enough that an endpoint does not go to sleep while its start is still looked at. */
  private static final int IDLE_SECONDS = 4;

  private final Settings settings;
  private final Figures figures;
  private final ModelSource.Deployed source;
  private final Sandbox sandbox;
  private final URI gateway;
  private List<Wakes.Try> ordinary = List.of();

  Run(Settings settings, Figures figures) {
    this.settings = settings;
    this.figures = figures;
    source = ModelSource.deploy(Cluster.named());
    sandbox = Sandbox.open("bench");
    gateway = settings.gateway().orElseGet(() -> sandbox.gateway().request("/").build().uri());
  }

  void floor() {
    if (settings.nodeAddress().isEmpty()) {
      figures.remark("no floor: the program does not run on the node, pods cannot reach it");
      return;
    }
    say("floor: %d bare pods".formatted(settings.tries()));
    figures.floor(new Floor(sandbox, settings.nodeAddress().get()).measure(settings.tries()));
  }

  void ordinary() {
    int tries =
        settings.wants(Settings.Part.STORM)
            ? Math.max(CPU_TRIES, settings.tries())
            : settings.tries();
    say("ordinary path: %d wakes from zero".formatted(tries));
    Wakes wakes = new Wakes(gateway, miniLm("ordinary").apply());
    figures.remark("the first wake of all, not counted: %.0f ms".formatted(wakes.first()));
    ordinary = wakes.measure(tries, () -> {});
    List<ColdStart> counted = Wakes.coldStarts(ordinary.subList(0, settings.tries()));
    figures.coldStart("ordinary path: MiniLM from zero", ColdStart.client(counted));
    figures.row("  of it, no phase accounts for", ColdStart.unaccounted(counted));
    for (String phase : List.of("scale", "hello", "forward")) {
      figures.row("  of it, phase " + phase, phase(counted, phase));
    }
    if (settings.nodeAddress().isPresent()) {
      figures.row("  CPU time of one start, whole machine", machine());
      figures.row("  CPU time of one start, cluster's share", cluster());
      Spread idle = Wakes.spread(ordinary, Wakes.Try::idleCores);
      figures.remark(
          "before the tries %.2f of %d cores were busy (p50; at most %.2f)"
              .formatted(idle.p50(), Machine.cores(), idle.max()));
      long disturbed = ordinary.stream().filter(Wakes.Try::isDisturbed).count();
      if (disturbed > 0) {
        figures.remark(
            "NOT QUIET: others computed during %d of %d tries; do not quote these figures"
                .formatted(disturbed, ordinary.size()));
      }
      figures.fact("disturbedTries", disturbed);
      figures.fact("busyCoresBefore", idle);
    }
    figures.drawnMedian("ordinary path", ColdStart.median(counted));
  }

  void pool() {
    try (Pool pool = new Pool(sandbox)) {
      if (pool.becomesFree()) {
        pooled(pool);
      } else {
        figures.remark("no pool path: within a minute no pod of the warm pool became free");
      }
    }
  }

  private void pooled(Pool pool) {
    say("pool path: %d wakes from zero".formatted(settings.tries()));
    Wakes wakes = new Wakes(gateway, miniLm("pooled").with("scaling.warmPool", Pool.NAME).apply());
    pool.awaitFree();
    wakes.first();
    List<ColdStart> coldStarts = Wakes.coldStarts(wakes.measure(settings.tries(), pool::awaitFree));
    long missed = coldStarts.stream().filter(start -> start.tells("container")).count();
    figures.coldStart("pool path: MiniLM from zero", ColdStart.client(coldStarts));
    figures.remark(
        "pool path: %d of %d took the ordinary path".formatted(missed, coldStarts.size()));
    figures.fact("poolMisses", missed);
    figures.drawnMedian("pool path", ColdStart.median(coldStarts));
  }

  void warm() {
    if (settings.nodeAddress().isEmpty()) {
      figures.remark("no warm path: the program does not run on the node, it cannot reach pods");
      return;
    }
    say("warm path");
    Endpoint endpoint = miniLm("warm").with("scaling.idleSeconds", 60).apply();
    endpoint.awaitAsleep();
    WarmPath warm = WarmPath.measure(gateway, endpoint);
    figures.row("warm: straight to the pod", warm.direct());
    figures.row("warm: through an activator", warm.through());
    figures.remark(
        "an activator adds %.2f ms to a warm request (p50 against p50)".formatted(warm.added()));
    endpoint.delete();
  }

  void storm() {
    say("storm: %d endpoints woken within a second".formatted(settings.storm()));
    Map<String, Object> tiny = Map.of("requests", Map.of("cpu", "10m", "memory", "64Mi"));
    List<Endpoint> endpoints =
        IntStream.range(0, settings.storm())
            .mapToObj(
                i ->
                    miniLm("storm-" + i)
                        .with("server.resources", tiny)
                        .with("scaling.maxReplicas", 1)
                        .apply())
            .toList();
    endpoints.forEach(endpoint -> endpoint.awaitState(EndpointState.ASLEEP));
    Machine.awaitQuiet();
    Storm storm = Storm.over(gateway, endpoints);
    if (!storm.answered().isEmpty()) {
      figures.row(
          "storm: each of " + endpoints.size() + " wakes", ColdStart.client(storm.answered()));
      figures.median("storm", ColdStart.median(storm.answered()));
    }
    figures.fact("storm", storm);
    figures.remark(
        "storm: %d endpoints woken within a second, %d lost, the last answer after %.0f ms"
            .formatted(endpoints.size(), storm.losses().size(), storm.lastMillis()));
    storm.losses().stream().distinct().limit(5).forEach(loss -> figures.remark("  " + loss));
    if (!ordinary.isEmpty() && settings.nodeAddress().isPresent()) {
      bound(endpoints.size(), "whole machine", machine().p50());
      bound(endpoints.size(), "cluster's share", cluster().p50());
    }
  }

  private Spread machine() {
    return Wakes.spread(ordinary, wake -> wake.work().machine());
  }

  private Spread cluster() {
    return Wakes.spread(ordinary, wake -> wake.work().cluster());
  }

  private void bound(int starts, String whose, double one) {
    double bound = Storm.bound(starts, one, Machine.cores());
    figures.fact("stormBoundMillis, " + whose, bound);
    figures.remark(
        "storm: the bound is %.0f ms: 1.5 × %d starts × %.0f ms of CPU (%s, p50 of %d) ÷ %d cores"
            .formatted(bound, starts, one, whose, ordinary.size(), Machine.cores()));
  }

  private Endpoint miniLm(String name) {
    return sandbox
        .endpoint(name)
        .with("model.storageUri", ModelSource.uri(MiniLm.FILE))
        .with("model.digest", MiniLm.digest())
        .with("scaling.idleSeconds", IDLE_SECONDS);
  }

  private static Spread phase(List<ColdStart> coldStarts, String name) {
    return new Spread(coldStarts.stream().map(start -> start.phase(name)).toList());
  }

  private static void say(String what) {
    System.out.println(what);
  }

  @Override
  public void close() {
    sandbox.close();
    source.close();
  }
}
