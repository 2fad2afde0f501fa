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

/**
 * Not one request is lost, crossed or doubled while operator, activators and pods are struck and
 * endpoints sleep and wake. A million of them: {@code make chaos}.
 */
class ChaosE2E {
  private static final int REQUESTS = 20_000;
  private static final int CYCLES = 10;
  private static final long SEED = 7;
  private static final int GAP_MILLIS = 2_000;
  private static final Duration BOUND = Duration.ofMinutes(4);

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("chaos");

  @Test
  void notOneRequestIsLostCrossedOrDoubledWhileEverythingIsStruck() {
    try (Scene scene = new Scene(SANDBOX);
        Cycles cycles = new Cycles(SANDBOX)) {
      Load load = scene.load(scene.mixed(), Load.Shape.wakingAndSleeping(REQUESTS, 1200, SEED));
      Troublemaker trouble = scene.trouble(SEED, GAP_MILLIS);
      try (load) {
        Await.that(REQUESTS + " requests are sent", BOUND, load::progress, seen -> load.isDone());
      } finally {
        trouble.close();
      }
      Summary summary = scene.summary(load, cycles);
      System.out.print(summary);
      assertEquals(List.of(), summary.broken());
      assertTrue(cycles.sleeps() >= CYCLES, () -> "too few sleeps: " + cycles.sleeps());
      scene.striker().awaitWhole();
    }
  }
}
