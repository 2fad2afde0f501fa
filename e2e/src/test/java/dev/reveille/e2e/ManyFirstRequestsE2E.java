package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Figures;
import dev.reveille.e2e.kit.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A crowd at the door: everybody waits, one wake, everybody gets an answer, and their own. */
class ManyFirstRequestsE2E {
  private static final int REQUESTS = 200;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("many");

  @Test
  void concurrentFirstRequestsAreAllAnsweredByOneWake() {
    Endpoint endpoint =
        SANDBOX
            .addOne("crowd")
            .with("scaling.idleSeconds", 3)
            .with("scaling.maxReplicas", 1)
            .apply();
    endpoint.awaitAsleep();
    try (var history = endpoint.history()) {
      Await.that("the history has begun", history::replicas, seen -> !seen.isEmpty());
      List<CompletableFuture<Answer>> sent = new ArrayList<>();
      for (int x = 0; x < REQUESTS; x++) {
        sent.add(SANDBOX.gateway().sendAsync(endpoint.inferring(AddOne.request(x))));
      }
      double slowest = 0;
      for (int x = 0; x < REQUESTS; x++) {
        slowest = Math.max(slowest, AddOne.check(x, sent.get(x).join()).millis());
      }
      System.out.printf(
          "%d concurrent first requests sent, %d answered, each with its own answer, the last after"
              + " %.0f ms%n",
          REQUESTS, sent.size(), slowest);
      endpoint.awaitAsleep();
      assertEquals(List.of(0, 1, 0), history.replicas(), "one wake, and never above one replica");
    }
    expectFigures(endpoint);
  }

  private static void expectFigures(Endpoint endpoint) {
    Figures figures = new Figures(SANDBOX.cluster());
    String[] own = {
      "namespace=\"" + SANDBOX.namespace() + "\"", "endpoint=\"" + endpoint.name() + "\""
    };
    assertEquals(1, figures.sum("reveille_wakes_total", own), "scale writes from zero");
    assertEquals(REQUESTS, figures.sum("reveille_requests_total", own), "requests answered");
    double waited = figures.sum("reveille_wait_seconds_count", own);
    // Those that arrive when it is awake already need not wait.
    assertTrue(waited >= 1 && waited <= REQUESTS, () -> waited + " requests waited");
    assertEquals(0, figures.sum("reveille_refusals_total", own), "requests refused");
    assertEquals(0, figures.sum("reveille_queued", own), "requests that wait now");
  }
}
