package dev.reveille.activator.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Averages are exact integrals over the window. Time is what the test says it is. */
class DemandTest {
  private static final long START = 5_000_000_123L;

  private static long at(double seconds) {
    return START + Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void requestsThatRunAllTheTimeCountInFull() {
    Demand demand = new Demand(at(0));
    demand.level(3, at(0));
    assertEquals(3, demand.figures(at(20)).concurrency(), 1e-9);
    assertEquals(3, demand.figures(at(20.37)).concurrency(), 1e-9);
  }

  @Test
  void aShortRequestCountsForAsLongAsItRan() {
    Demand demand = new Demand(at(0));
    demand.came(at(1), false);
    demand.level(1, at(1));
    demand.level(0, at(1.25));
    assertEquals(0.25 / 9.5, demand.figures(at(1.5)).concurrency(), 1e-9);
    assertEquals(1 / 9.5, demand.figures(at(1.5)).requestsPerSecond(), 1e-9);
    assertEquals(0.25 / 9.9, demand.figures(at(10.9)).concurrency(), 1e-9);
    assertEquals(Demand.Figures.NONE, demand.figures(at(11)), "out of the window");
  }

  @Test
  void afterALongSilenceNothingIsLeftButTheLevel() {
    Demand demand = new Demand(at(0));
    demand.came(at(0), false);
    demand.level(7, at(0));
    demand.level(2, at(1));
    assertEquals(2, demand.figures(at(100_000)).concurrency(), 1e-9);
    assertEquals(0, demand.figures(at(100_000)).requestsPerSecond(), 1e-9);
  }

  @Test
  void aTimeALittleBehindIsNow() {
    Demand demand = new Demand(at(0));
    demand.level(4, at(10));
    demand.level(0, at(9.999));
    assertEquals(0, demand.figures(at(30)).concurrency(), 1e-9);
  }

  @Test
  void theTimeAsleepIsNoPartOfTheAverage() {
    Demand demand = new Demand(at(0));
    demand.came(at(60), true);
    demand.level(6, at(60));
    assertEquals(3, demand.figures(at(60.5)).concurrency(), 1e-9, "a second at least");
    assertEquals(6, demand.figures(at(61)).concurrency(), 1e-9);
    demand.served(at(62), true); // while somebody waits this is no new begin
    assertEquals(6, demand.figures(at(64)).concurrency(), 1e-9);
    assertEquals(1 / 4.0, demand.figures(at(64)).requestsPerSecond(), 1e-9);
    demand.level(0, at(65));
    assertEquals(6 * 5 / 8.0, demand.figures(at(68)).concurrency(), 1e-9);
  }

  @Test
  void anActivatorThatHasJustBegunCountsTheTimeBeforeAsNothing() {
    Demand demand = new Demand(at(0));
    demand.came(at(2), true); // perhaps it is only that no backend is known yet
    demand.level(6, at(2));
    assertEquals(6 * 3 / 9.0, demand.figures(at(5)).concurrency(), 1e-9);
  }

  @Test
  void thoseThatABlockRefusedCountNoMore() {
    Gate gate = new Gate(new Bounds(9, 100, 0), at(0));
    gate.admit(new Caller(START, 1), 1, at(20));
    gate.block(Refusal.modelFailed("ModelInvalid", "no graph"));
    assertEquals(0, gate.demand(at(60)).concurrency(), 1e-9);
    assertEquals(at(60) - at(20), gate.idleNanos(at(60)));
  }

  @Test
  void anySequenceOfChangesHasTheAverageOfItsIntegral() {
    Random random = new Random(7);
    Demand demand = new Demand(at(0));
    List<double[]> steps = new ArrayList<>(); // since when, how many
    double now = 0;
    for (int i = 0; i < 2000; i++) {
      now += random.nextInt(10) == 0 ? random.nextDouble() * 25 : random.nextDouble() / 5;
      int level = random.nextInt(9);
      demand.level(level, at(now));
      steps.add(new double[] {now, level});
      double begin = Math.max(0, Math.floor(now) - 9);
      assertEquals(
          integral(steps, begin, now) / (now - Math.floor(now) + 9),
          demand.figures(at(now)).concurrency(),
          1e-6,
          "at " + now);
    }
  }

  private static double integral(List<double[]> steps, double begin, double end) {
    double sum = 0;
    for (int i = 0; i < steps.size(); i++) {
      double from = Math.max(begin, steps.get(i)[0]);
      double until = i + 1 < steps.size() ? Math.min(end, steps.get(i + 1)[0]) : end;
      sum += Math.max(0, until - from) * steps.get(i)[1];
    }
    return sum;
  }

  @Test
  void aGateCountsWhatWaitsAndWhatRunsAndWhateverCame() {
    Gate gate = new Gate(new Bounds(2, 100, 0), at(0));
    Ticket left = new Caller(START, 1);
    gate.admit(new Caller(START, 1), 1, at(0));
    gate.admit(left, 1, at(0));
    gate.admit(new Caller(START, 1), 1, at(0)); // refused: the room is full
    gate.cancel(left, at(2)); // two for two seconds
    gate.add(new Backend("u", "i", "10.0.0.1", 8080, "r", 0), at(4)); // one waits, then runs
    Lease lease = ((Admission.Forward) gate.admit(new Caller(START, 1), 1, at(6))).lease();
    gate.finish(lease, at(7)); // two for a second
    Demand.Figures figures = gate.demand(at(9));
    assertEquals((2 * 2 + 4 + 2 + 2) / 9.0, figures.concurrency(), 1e-9);
    assertEquals(4 / 9.0, figures.requestsPerSecond(), 1e-9);
  }
}
