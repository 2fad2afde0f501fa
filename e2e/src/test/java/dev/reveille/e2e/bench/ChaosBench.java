package dev.reveille.e2e.bench;

import dev.reveille.e2e.chaos.Cycles;
import dev.reveille.e2e.chaos.Load;
import dev.reveille.e2e.chaos.Scene;
import dev.reveille.e2e.chaos.Summary;
import dev.reveille.e2e.chaos.Troublemaker;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The program of `make chaos`: a million requests, each checked, while everything is struck. Ends
 * with an error when the promise is broken.
 */
final class ChaosBench {
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final int FEWEST_CYCLES = 100;
  private static final int CYCLES_FOR = 100_000; // requests; fewer need not bring so many

  private ChaosBench() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // figures look the same everywhere
    Numbers numbers = new Numbers(System.getenv());
    int requests = numbers.of("REQUESTS", 1_000_000, 1_000, 100_000_000);
    int rate = numbers.of("RATE", 1200, 10, 100_000);
    int gap = numbers.of("GAP_MILLIS", 3000, 100, 600_000);
    int seed = numbers.of("SEED", 1, 0, Integer.MAX_VALUE);
    numbers.check();
    boolean kept;
    try (Sandbox sandbox = Sandbox.open("chaos")) {
      ModelSource.Deployed source = ModelSource.deploy(sandbox.cluster());
      try {
        kept = run(sandbox, requests, gap, Load.Shape.wakingAndSleeping(requests, rate, seed));
      } finally {
        source.close();
      }
    }
    System.out.println(kept ? "the promise was kept" : "the promise was BROKEN");
    System.exit(kept ? 0 : 1); // clients of the API leave threads behind
  }

  private static boolean run(Sandbox sandbox, int requests, int gap, Load.Shape shape) {
    try (Scene scene = new Scene(sandbox);
        Cycles cycles = new Cycles(sandbox)) {
      Load load = scene.load(scene.mixed(), shape);
      Troublemaker trouble = scene.trouble(shape.seed(), gap);
      try (load) {
        watch(load, cycles, scene, requests);
      } finally {
        trouble.close();
      }
      Summary summary = scene.summary(load, cycles);
      System.out.print(summary);
      List<String> broken = new ArrayList<>(summary.broken());
      if (requests >= CYCLES_FOR && cycles.sleeps() < FEWEST_CYCLES) {
        broken.add("too few sleeps to mean anything: " + cycles.sleeps());
      }
      broken.forEach(System.out::println);
      return broken.isEmpty();
    }
  }

  private static void watch(Load load, Cycles cycles, Scene scene, int requests) {
    while (!load.isDone()) {
      Machine.pause(LOOK);
      System.out.printf(
          "%5.0f s: %d of %d requests, %d missed; %d sleeps, %d wakes, %d strikes%n",
          load.seconds(),
          load.tally().sent(),
          requests,
          load.tally().misses().size(),
          cycles.sleeps(),
          cycles.wakes(),
          scene.striker().strikes().size());
    }
  }
}
