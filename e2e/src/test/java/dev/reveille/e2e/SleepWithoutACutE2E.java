package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.chaos.Cycles;
import dev.reveille.e2e.chaos.Load;
import dev.reveille.e2e.chaos.Scene;
import dev.reveille.e2e.chaos.Summary;
import dev.reveille.e2e.chaos.Target;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Endpoints are put to sleep while requests come at any time around the decision: none is cut, none
 * refused, none executed twice. As many sleeps as SLEEPS says.
 */
class SleepWithoutACutE2E {
  private static final int SLEEPS = Integer.parseInt(System.getenv().getOrDefault("SLEEPS", "40"));
  private static final int ENDPOINTS = 12;
  private static final Duration BOUND = Duration.ofMinutes(10);

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("uncut");

  @Test
  void noRequestAroundTheDecisionIsCutOrRefused() {
    try (Scene scene = new Scene(SANDBOX);
        Cycles cycles = new Cycles(SANDBOX)) {
      List<Target> targets =
          IntStream.range(0, ENDPOINTS)
              .mapToObj(i -> scene.work("uncut-" + i, 1, i % 2 == 0))
              .toList();
      Load load = scene.load(targets, Load.Shape.aroundTheDecision());
      int before = cycles.sleeps();
      try (load) {
        Await.that(
            SLEEPS + " sleeps", BOUND, () -> cycles.sleeps() - before, sleeps -> sleeps >= SLEEPS);
      }
      Summary summary = scene.summary(load, cycles);
      System.out.print(summary);
      assertEquals(List.of(), summary.broken());
      assertEquals(List.of(), load.tally().misses());
      assertEquals(List.of(), load.tally().unconnected());
    }
  }
}
