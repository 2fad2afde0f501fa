package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.chaos.Cycles;
import dev.reveille.e2e.chaos.Load;
import dev.reveille.e2e.chaos.Scene;
import dev.reveille.e2e.chaos.Summary;
import dev.reveille.e2e.chaos.Troublemaker;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Sandbox;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** The promise of docs/promise.md in short: `make chaos` is the long run. */
@Isolated("everything is struck")
class ChaosE2E {
  private static final int REQUESTS = 20_000;
  private static final double PER_SECOND = 500;
  private static final int FEWEST_CYCLES = 10;
  private static final int GAP_MILLIS = 2_000;
  private static final Duration BOUND = Duration.ofMinutes(8);

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("chaos").whereOursAreKilled();

  @Test
  void nothingIsLostCrossedOrDoubledWhileEverythingIsStruck() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    try (Scene scene = new Scene(SANDBOX);
        Cycles cycles = new Cycles(SANDBOX)) {
      Load load =
          scene.load(scene.mixed(), Load.Shape.wakingAndSleeping(REQUESTS, PER_SECOND, seed));
      Troublemaker trouble = scene.trouble(seed, GAP_MILLIS);
      try (load) {
        Await.that(REQUESTS + " requests", BOUND, load::progress, seen -> load.isDone());
      } finally {
        trouble.close();
      }
      Summary summary = scene.summary(load, cycles);
      System.out.print(summary);
      scene.striker().awaitWhole();
      assertEquals(List.of(), summary.broken());
      assertTrue(
          cycles.sleeps() >= FEWEST_CYCLES && cycles.wakes() >= FEWEST_CYCLES,
          () -> cycles.sleeps() + " sleeps, " + cycles.wakes() + " wakes");
    }
  }
}
