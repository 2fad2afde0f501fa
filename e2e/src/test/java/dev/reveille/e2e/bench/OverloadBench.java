package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Loader;
import dev.reveille.e2e.kit.Loader.Outcome;
import dev.reveille.e2e.kit.Loader.Times;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The program of `make bench-overload`: ten times the capacity of a server that is limited by
 * waiting, for a minute; what that costs a neighbour, and what five thousand slow clients do; and
 * ten thousand at once at one that sleeps.
 */
final class OverloadBench {
  private static final int PLACES = 4;
  private static final int CAPACITY = 80; // four at a time, 50 ms each
  private static final int SECONDS = 60;
  private static final int ROUNDS = 3;
  private static final int CROWD = 10_000;
  private static final int SLOW = 5_000;
  private static final String MUCH = "/zeros?bytes=8000000";

  private final Sandbox sandbox;
  private final Loader loader;

  private OverloadBench(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.loader = new Loader(sandbox);
  }

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // figures look the same everywhere
    try (Sandbox sandbox = Sandbox.open("bench-overload")) {
      ModelSource.Deployed source = ModelSource.deploy(sandbox.cluster());
      try {
        new OverloadBench(sandbox).run();
      } finally {
        source.close();
      }
    }
    System.exit(0); // clients of the API leave threads behind
  }

  private Endpoint server(String name) {
    return sandbox
        .endpoint(name)
        .with("container.image", ModelSource.image())
        .with("container.readinessPath", "/healthz")
        .with("container.resources", Sandbox.SMALL)
        .with("scaling.maxReplicas", 1);
  }

  private void run() {
    Endpoint limited =
        server("limited")
            .with("scaling.containerConcurrency", PLACES)
            .with("activation.maxQueued", 2 * CAPACITY)
            .apply();
    Endpoint quiet = server("quiet").with("scaling.minReplicas", 1).apply();
    limited.awaitAsleep();
    sandbox.gateway().get(limited.path("/healthz")).expect(200);
    sandbox.gateway().get(quiet.path("/healthz")).expect(200);
    overload(limited);
    neighbour("the flood", quiet, () -> flood(limited));
    slowClients(quiet);
    crowd();
  }

  private static void row(String what, Times times) {
    System.out.printf(
        "| %-34s | %6d | %8.1f | %8.1f | %8.1f | %8.1f |%n",
        what, times.count(), times.p50(), times.p95(), times.p99(), times.max());
  }

  private static void head(String what) {
    System.out.printf(
        "%n| %-34s | %6s | %8s | %8s | %8s | %8s |%n", what, "N", "p50", "p95", "p99", "max");
    System.out.println(
        "|------------------------------------|-------:|---------:|---------:|---------:|---------:|");
  }

  private void overload(Endpoint limited) {
    Outcome right = loader.constant(limited, "/limited", CAPACITY * 11 / 10, 10);
    ActivatorMemory memory = new ActivatorMemory(sandbox.cluster());
    Outcome much = loader.constant(limited, "/limited", 10 * CAPACITY, SECONDS);
    Outcome after = loader.constant(limited, "/limited", CAPACITY / 4, 10);
    memory.close();
    head("milliseconds");
    row("served, at capacity", right.times(200));
    row("served, at ten times as much", much.times(200));
    row("refused (429), at ten times as much", much.times(429));
    row("served, after it", after.times(200));
    double usual = 2.0 * PLACES * 1000 / CAPACITY;
    long recovered = after.slowest().stream().takeWhile(millis -> millis > usual).count();
    System.out.printf(
        """

        good answers a second: %.1f at capacity, %.1f at ten times as much (%.1f %%); lost: %s
        by second: %s
        as quick as before %d s after it ended; slowest of each second from then on: %s ms
        %s
        """,
        right.goodput(10),
        much.goodput(SECONDS),
        100 * much.goodput(SECONDS) / right.goodput(10),
        much.errors(),
        much.goodput(),
        recovered,
        after.slowest().stream().map(Math::round).toList(),
        memory);
  }

  private CompletableFuture<Outcome> flood(Endpoint noisy) {
    return loader.constantly(noisy, "/limited", 10 * CAPACITY, 12);
  }

  private void slowClients(Endpoint quiet) {
    Endpoint slow = server("slow").apply();
    slow.awaitAsleep();
    sandbox.gateway().get(slow.path("/healthz")).expect(200);
    try (ActivatorMemory memory = new ActivatorMemory(sandbox.cluster())) {
      neighbour(
          SLOW + " slow clients",
          quiet,
          () -> loader.slowly(slow, MUCH, SLOW, 18).thenAccept(System.out::println));
      System.out.println(memory);
    }
  }

  /** Alone and beside it in turn, so that both see the same machine. */
  private void neighbour(String what, Endpoint quiet, Supplier<CompletableFuture<?>> noise) {
    List<Double> ratios = new ArrayList<>();
    head("a neighbour, milliseconds");
    for (int round = 1; round <= ROUNDS; round++) {
      Outcome alone = loader.constant(quiet, "/ok", 100, 10);
      CompletableFuture<?> noisy = noise.get();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      Outcome beside = loader.constant(quiet, "/ok", 100, 10);
      noisy.join();
      row("alone", alone.times(200));
      row("beside " + what, beside.times(200));
      ratios.add(beside.times(200).p99() / alone.times(200).p99());
    }
    System.out.printf("%np99 beside %s / alone: %s%n", what, ratios);
  }

  private void crowd() {
    Endpoint crowd = server("crowd").with("activation.maxQueued", CROWD).apply();
    crowd.awaitAsleep();
    try (ActivatorMemory memory = new ActivatorMemory(sandbox.cluster());
        var history = crowd.history()) {
      Outcome all = loader.crowd(crowd, CROWD);
      head("milliseconds");
      row(CROWD + " at once at a sleeping one", all.times(200));
      System.out.printf(
          "%nanswered %s, lost %s, another's answer %d, replicas %s%n%s%n",
          all.byStatus(), all.errors(), all.wrong(), history.replicas(), memory);
    }
  }
}
