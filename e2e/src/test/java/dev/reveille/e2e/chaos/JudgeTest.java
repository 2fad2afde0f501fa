package dev.reveille.e2e.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.chaos.Judge.Verdict;
import dev.reveille.e2e.chaos.Strike.Kind;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only what a strike explains is counted apart; everything else is lost. */
class JudgeTest {
  private static final long MILLI = 1_000_000;
  private static final Judge JUDGE =
      new Judge(
          List.of(
              strike(Kind.ACTIVATOR_KILLED, "10.0.0.1", ""),
              strike(Kind.ACTIVATOR_STOPPED, "10.0.0.2", ""),
              strike(Kind.MODEL_KILLED, "10.0.0.3", "m")));

  /** From 1000 ms to 1010 ms. */
  private static Strike strike(Kind kind, String address, String endpoint) {
    return new Strike(kind, "pod", address, endpoint, 1000 * MILLI, 1010 * MILLI);
  }

  private static Miss miss(
      String carrier, long sent, long ended, int status, String reason, boolean limited) {
    Target target =
        new Target(Sandbox.named("judge").endpoint("m"), Exam.WORK, reason.isEmpty(), limited);
    return new Miss(1, target, carrier, sent * MILLI, ended * MILLI, status, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,  900, 1005, CUT_WITH_ACTIVATOR",
    "10.0.0.1, 1200, 1201, CUT_WITH_ACTIVATOR", // sent before it could be known
    "10.0.0.1,  900,  999, LOST", // before anything happened
    "10.0.0.1, 2011, 2012, LOST", // a second later
    "10.0.0.2,  900, 1005, LOST", // it was asked to stop, and has the time
    "10.0.0.9,  900, 1005, LOST", // another's
    "'',        900, 1005, LOST",
  })
  void aCutConnectionIsLostUnlessItsActivatorWasKilledHard(
      String carrier, long sent, long ended, Verdict verdict) {
    assertEquals(verdict, JUDGE.of(miss(carrier, sent, ended, 0, "", false)));
  }

  @ParameterizedTest
  @CsvSource({
    " 900, 1005, 502, BackendBroke, BROKE_WITH_REPLICA",
    "2011, 2012, 502, BackendBroke, REFUSED",
    " 900, 1005, 503, NotExecuted,  REFUSED",
    " 900, 1005, 504, WaitedTooLong, REFUSED",
    " 900, 1005, 500, Oops,         LOST",
    " 900, 1005, 404, UnknownEndpoint, LOST",
  })
  void anAnswerThatIsNoneIsRefusedIfItSaysSo(
      long sent, long ended, int status, String reason, Verdict verdict) {
    assertEquals(verdict, JUDGE.of(miss("10.0.0.2", sent, ended, status, reason, false)));
  }

  @Test
  void anErrorWithoutAReasonIsALoss() {
    assertEquals(Verdict.LOST, JUDGE.of(miss("10.0.0.2", 900, 1005, 502, "", false)));
  }
}
