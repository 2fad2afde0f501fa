package dev.reveille.activator.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.activator.proxy.SendOnce.Ending;
import dev.reveille.activator.proxy.SendOnce.Try;
import dev.reveille.activator.proxy.SendOnce.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a request goes out again. */
class SendOnceTest {
  @ParameterizedTest
  @CsvSource({
    // ending, idempotent, replayable, tries, what becomes of it
    "NOT_SENT,   false, true,  1, again",
    "NOT_SENT,   true,  true,  4, again",
    "NOT_SENT,   true,  true,  5, NotExecuted",
    "NOT_SENT,   true,  false, 1, NotExecuted",
    "UNEXECUTED, false, true,  1, again",
    "UNEXECUTED, false, false, 1, NotExecuted",
    "BROKE,      true,  true,  1, again",
    "BROKE,      true,  true,  5, BackendBroke",
    "BROKE,      true,  false, 1, BackendBroke",
    "BROKE,      false, true,  1, BackendBroke",
  })
  void onlyWhatWasNotBegunOrMayBeRepeatedGoesAgain(
      Ending ending, boolean idempotent, boolean replayable, int tries, String expected) {
    String verdict =
        switch (SendOnce.after(new Try(ending, idempotent, replayable, tries))) {
          case Verdict.Again() -> "again";
          case Verdict.GiveUp(var why) -> why.reason();
        };
    assertEquals(expected, verdict);
  }
}
