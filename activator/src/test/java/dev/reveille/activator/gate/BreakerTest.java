package dev.reveille.activator.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** When a backend is left out, and when it is tried again. */
class BreakerTest {
  private static final long NOW = SECONDS.toNanos(1000);

  private static Breaker faults(Breaker breaker, int times, boolean dispensable) {
    return IntStream.range(0, times)
        .boxed()
        .reduce(
            breaker,
            (now, i) -> now.failed(Fault.GATEWAY_ERROR, false, dispensable, NOW),
            (one, other) -> other);
  }

  @ParameterizedTest
  @CsvSource({"4, true, false", "5, true, true", "5, false, false", "50, false, false"})
  void fiveFaultsInARowOpenItIfTheOthersCanDoWithoutIt(
      int times, boolean dispensable, boolean open) {
    assertEquals(open, faults(Breaker.fresh(NOW), times, dispensable).isOpen());
  }

  @Test
  void anAnswerBetweenMakesAllGoodAgain() {
    Breaker four = faults(Breaker.fresh(NOW), 4, true);
    assertFalse(faults(four.answered(false, NOW), 4, true).isOpen());
  }

  @Test
  void whoCouldNotBeSparedIsLeftOutAtItsNextFaultOnceItCan() {
    Breaker spared = faults(Breaker.fresh(NOW), 7, false);
    assertTrue(faults(spared, 1, true).isOpen());
  }

  @Test
  void whoCannotBeConnectedToIsOutAtOnceHoweverFewThereAre() {
    Breaker out = Breaker.fresh(NOW).failed(Fault.UNREACHABLE, false, false, NOW);
    assertTrue(out.isOpen());
    assertFalse(out.isReachable());
    assertFalse(out.isDue(NOW + SECONDS.toNanos(1_000_000)), "no request tries it");
    Breaker back = out.reached(NOW + 1);
    assertEquals(new Breaker.Closed(0, 1, NOW + 1), back);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "UNREACHABLE")
  void aHelloDoesNotMakeGoodWhatRequestsFailedOf(Fault fault) {
    Breaker out = faults(Breaker.fresh(NOW), 4, true).failed(fault, false, true, NOW);
    assertEquals(out, out.reached(NOW + 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 10", "3, 20", "4, 40", "5, 60", "6, 60", "60, 60"})
  void eachFailedTrialDoublesTheTimeUpToABound(int openings, long seconds) {
    Breaker breaker = faults(Breaker.fresh(0), 5, true);
    long at = NOW;
    for (int i = 1; i < openings; i++) {
      at = assertInstanceOf(Breaker.Open.class, breaker).until();
      assertTrue(breaker.isDue(at));
      breaker = breaker.tried().failed(Fault.BROKE_OFF, true, true, at);
    }
    Breaker.Open open = assertInstanceOf(Breaker.Open.class, breaker);
    assertEquals(SECONDS.toNanos(seconds), open.until() - at);
    assertEquals(NOW, open.since(), "out since the first time");
  }

  @Test
  void oneTrialAtATimeAndItsAnswerDecides() {
    Breaker out = faults(Breaker.fresh(NOW), 5, true);
    long due = NOW + Breaker.FIRST_NANOS;
    assertFalse(out.isDue(due - 1));
    Breaker tried = out.tried();
    assertFalse(tried.isDue(due), "one is on its way");
    assertTrue(tried.untried().isDue(due), "its client left before an answer");
    assertTrue(tried.answered(false, due).isOpen(), "an earlier request's answer proves nothing");
    assertEquals(new Breaker.Closed(0, 1, due), tried.answered(true, due));
  }

  @Test
  void whoWasWellForLongBeginsAnew() {
    Breaker.Closed back = new Breaker.Closed(0, 4, NOW);
    long soon = NOW + Breaker.LONGEST_NANOS - 1;
    assertEquals(5, openings(back.failed(Fault.UNREACHABLE, false, true, soon)));
    assertEquals(1, openings(back.failed(Fault.UNREACHABLE, false, true, soon + 1)));
  }

  private static int openings(Breaker breaker) {
    return assertInstanceOf(Breaker.Open.class, breaker).openings();
  }

  @Test
  void onlyWhatTheBackendItselfDidIsItsFault() {
    assertEquals(Optional.of(Fault.UNREACHABLE), Fault.ofConnecting(new ConnectException()));
    assertEquals(Optional.of(Fault.UNREACHABLE), Fault.ofConnecting(new NoRouteToHostException()));
    assertEquals(Optional.empty(), Fault.ofConnecting(new TimeoutException("in the pool's queue")));
    assertEquals(Optional.empty(), Fault.ofConnecting(new BindException("no port left here")));
    assertEquals(Optional.empty(), Fault.ofConnecting(new SocketException("too many open files")));
  }

  @ParameterizedTest
  @CsvSource({
    "200, false",
    "404, false",
    "429, false",
    "500, false",
    "501, false",
    "502, true",
    "503, true",
    "504, true"
  })
  void ofTheAnswersTheGatewayErrorsAreFaults(int status, boolean fault) {
    assertEquals(fault, Fault.ofStatus(status).isPresent());
  }
}
