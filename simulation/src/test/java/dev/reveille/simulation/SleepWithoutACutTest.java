package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that come while an endpoint is put to sleep: none of them sees an error. */
class SleepWithoutACutTest {
  private static final int REQUESTS = Integer.getInteger("reveille.requests", 4_000);
  private static final int MOST_IN_A_RUN = 30;
  private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

  private final Tally tally = new Tally();

  /** That the requests came when it mattered. */
  private static final class Tally {
    int requests;
    int sleeps;
    int late;
  }

  @Test
  void requestsAroundTheDecisionSeeNoError() {
    for (long seed = 0; tally.requests < REQUESTS; seed++) {
      Plan quiet = Quiet.plan(seed);
      long decision = decision(quiet);
      Dice dice = new Dice(seed);
      List<Happening> happenings = new ArrayList<>(quiet.happenings());
      for (int i = 1 + dice.below(MOST_IN_A_RUN); i > 0; i--) {
        happenings.add(Quiet.call(quiet, dice, decision + around(dice, 300 * MILLI), i));
      }
      mustBeGood(quiet.with(happenings));
    }
    OUT.printf("%,d requests around %,d sleeps%n", tally.requests, tally.sleeps);
    assertTrue(tally.sleeps > tally.requests / MOST_IN_A_RUN, "they were put to sleep");
  }

  @Test
  void aScaleWriteThatComesLateDoesNoHarm() {
    for (long seed = 0; tally.requests < REQUESTS / 10; seed++) {
      Plan quiet = Quiet.plan(seed);
      long decision = decision(quiet);
      Dice dice = new Dice(seed);
      List<Happening> happenings = new ArrayList<>(quiet.happenings());
      long pause = 10 * SECOND + dice.below(5 * SECOND);
      happenings.add(new Happening.OperatorFreezesBeforeItWrites(MILLI, pause));
      for (int i = 1 + dice.below(MOST_IN_A_RUN); i > 0; i--) {
        long near = dice.chance(0.5) ? dice.below(pause) : pause + around(dice, 100 * MILLI);
        happenings.add(Quiet.call(quiet, dice, decision + near, i));
      }
      mustBeGood(quiet.with(happenings));
    }
    OUT.printf(
        "%,d requests around %,d fences that were over when 0 was written%n",
        tally.requests, tally.late);
    assertTrue(tally.late > 0, "no write came late");
  }

  private static long around(Dice dice, long span) {
    return dice.below(2 * span) - span;
  }

  /** When it is put to sleep if nobody calls. */
  private static long decision(Plan quiet) {
    return Run.firstSleep(quiet);
  }

  private void mustBeGood(Plan plan) {
    Run.Outcome outcome = Run.of(plan, Sabotage.NONE, false);
    assertTrue(outcome.isGood(), () -> Finding.of(plan, Sabotage.NONE).text());
    tally.requests += outcome.counts().calls();
    tally.sleeps += outcome.counts().sleeps();
    tally.late += outcome.counts().lateWrites();
  }
}
