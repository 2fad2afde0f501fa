package dev.reveille.activator.gate;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate under load, in virtual time: each seed is another day. */
class LoadSimulationTest {
  private static final long END = SECONDS.toNanos(120);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 8})
  void whateverBackendsDoTheLimitAndTheOrderHoldAndAllAreAnswered(int limit) {
    for (int seed = 0; seed < 15; seed++) {
      Simulation day = new Simulation(seed, limit).backends("a", "b", "c", "d");
      day.slow("b", 5);
      day.failing("c", SECONDS.toNanos(10), SECONDS.toNanos(40));
      day.unreachable("d", SECONDS.toNanos(20), SECONDS.toNanos(50));
      day.run(MILLISECONDS.toNanos(12), END);
      String what = "seed " + seed + ", limit " + limit + ": ";
      assertTrue(limit == 0 || day.peak() <= limit, what + day.peak() + " at once on one backend");
      assertEquals(0, day.overtaken(), what + "overtaken");
      assertEquals(day.arrived(), day.answered(), what + "answered");
      assertEquals(0, day.gate().census(END).inFlight(), what + "nothing is left behind");
      assertEquals(0, day.gate().census(END).ejected(), what + "all are back");
      long back = SECONDS.toNanos(110);
      assertTrue(day.servedSince("c", back) > 0, what + "c serves again");
      assertTrue(day.servedSince("d", back) > 0, what + "d serves again");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5, 30, 200})
  void equalBackendsGetEqualSharesWhateverTheLoad(long betweenMillis) {
    for (int seed = 0; seed < 10; seed++) {
      Simulation day = new Simulation(seed, 0).backends("a", "b", "c");
      day.run(MILLISECONDS.toNanos(betweenMillis), END);
      Map<String, Integer> served = day.served();
      int least = served.values().stream().mapToInt(i -> i).min().orElseThrow();
      int most = served.values().stream().mapToInt(i -> i).max().orElseThrow();
      assertTrue((double) most / least < 1.1, "seed " + seed + ": " + served);
    }
  }

  @Test
  void aFailingBackendCostsAFewAnswersEachTimeItIsTried() {
    Simulation day = new Simulation(7, 0).backends("a", "b", "c");
    day.failing("c", 0, END);
    day.run(MILLISECONDS.toNanos(5), END);
    // Five to begin with and what ran beside them, then one a trial: after 5, 10, 20, 40 s.
    assertTrue(day.failures() >= Breaker.FAULTS_IN_A_ROW + 4, day.failures() + " failures");
    assertTrue(day.failures() <= Breaker.FAULTS_IN_A_ROW + 8, day.failures() + " failures");
  }
}
