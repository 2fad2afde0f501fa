package dev.reveille.e2e.bench;

import dev.reveille.e2e.chaos.Cycles;
import dev.reveille.e2e.chaos.Load;
import dev.reveille.e2e.chaos.Scene;
import dev.reveille.e2e.chaos.Summary;
import dev.reveille.e2e.chaos.Target;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The program of `make soak`: hours of checked load on endpoints that sleep and wake and on some
 * that never do. Ends with an error when memory, threads, descriptors or objects grow.
 */
final class SoakBench {
  private static final int SAMPLES = 240;
  private static final Duration OFTEN_ENOUGH = Duration.ofSeconds(30);
  private static final int FEWEST = 20;

  private SoakBench() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // figures look the same everywhere
    Numbers numbers = new Numbers(System.getenv());
    int minutes = numbers.of("MINUTES", 60 * numbers.of("HOURS", 2, 1, 1000), 2, 60_000);
    int rate = numbers.of("RATE", 200, 10, 100_000);
    int seed = numbers.of("SEED", 1, 0, Integer.MAX_VALUE);
    numbers.check();
    boolean flat;
    try (Sandbox sandbox = Sandbox.open("soak")) {
      ModelSource.Deployed source = ModelSource.deploy(sandbox.cluster());
      try {
        flat = run(sandbox, minutes, rate, seed);
      } finally {
        source.close();
      }
    }
    System.out.println(flat ? "nothing grows" : "NOT flat");
    System.exit(flat ? 0 : 1); // clients of the API leave threads behind
  }

  private static boolean run(Sandbox sandbox, int minutes, int rate, int seed) {
    Flatness flatness = new Flatness();
    List<String> broken;
    try (Scene scene = new Scene(sandbox);
        Cycles cycles = new Cycles(sandbox)) {
      Load sleeping =
          scene.load(scene.mixed(), Load.Shape.wakingAndSleeping(Long.MAX_VALUE, rate, seed));
      Target awake = scene.addOne("awake", 3600);
      awake.endpoint().with("scaling.minReplicas", 1).apply();
      try (sleeping;
          Load steady = scene.load(List.of(awake), Load.Shape.steady(4, rate))) {
        sample(new Holdings(sandbox, scene), flatness, Duration.ofMinutes(minutes), steady, cycles);
      }
      Summary summary = scene.summary(sleeping, cycles);
      System.out.print(summary);
      System.out.print(flatness.table(FEWEST));
      broken = new ArrayList<>(summary.broken());
    }
    flatness.grown(FEWEST).forEach(what -> broken.add("grows: " + what));
    broken.forEach(System.out::println);
    return broken.isEmpty();
  }

  private static void sample(
      Holdings holdings, Flatness flatness, Duration length, Load load, Cycles cycles) {
    Duration every = length.dividedBy(SAMPLES);
    Duration pause = every.compareTo(OFTEN_ENOUGH) < 0 ? every : OFTEN_ENOUGH;
    long end = System.nanoTime() + length.toNanos();
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      holdings.sample(flatness);
      if (i % 20 == 0) {
        System.out.printf(
            "%5.0f s: %d steady requests, %d missed; %d sleeps%n",
            load.seconds(), load.tally().sent(), load.tally().misses().size(), cycles.sleeps());
      }
      Machine.pause(pause);
    }
  }
}
