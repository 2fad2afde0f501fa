package dev.reveille.operator.activators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.activators.Activators.Answer;
import dev.reveille.operator.kit.FakeActivator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is known of endpoints of which the activators tell no more than what changed. */
class LedgerTest {
  private static final long SECOND = 1_000_000_000L;
  private final Ledger ledger = new Ledger();

  private static LoadReport.EndpointLoad load(String uid, int inFlight, long idleMillis) {
    return new LoadReport.EndpointLoad(
        uid, "demo", uid, inFlight, 0, idleMillis, 1, null, List.of(), null, List.of(), List.of());
  }

  private static Answer all(String from, String version, LoadReport.EndpointLoad... loads) {
    return answer(from, version, true, loads.length, loads);
  }

  private static Answer news(
      String from, String version, int known, LoadReport.EndpointLoad... loads) {
    return answer(from, version, false, known, loads);
  }

  private static Answer answer(
      String from, String version, boolean full, int known, LoadReport.EndpointLoad... loads) {
    return new Answer(
        from, Optional.of(new LoadReport(from, version, full, known, List.of(loads), List.of())));
  }

  private static Answer silence(String from) {
    return new Answer(from, Optional.empty());
  }

  @Test
  void whatIsNotToldAgainIsRememberedAndGrowsIdle() {
    ledger.take(List.of(all("a", "v1", load("u", 0, 500), load("w", 1, 0))), 0, 0);
    assertEquals("v1", ledger.version("a"));
    Loads later = ledger.take(List.of(news("a", "v1", 2)), 3 * SECOND, 3 * SECOND);
    assertEquals(3500, later.of("u").idleMillis());
    assertTrue(later.of("u").complete());
    assertEquals(1, later.of("w").inFlight());
    assertEquals(0, later.of("w").idleMillis(), "it still runs");
    Loads done =
        ledger.take(List.of(news("a", "v2", 2, load("w", 0, 200))), 9 * SECOND, 9 * SECOND);
    assertEquals(200, done.of("w").idleMillis());
    assertEquals(9500, done.of("u").idleMillis());
  }

  @Test
  void idleTimeIsNeverOverstatedByTheTimeThatAnAnswerTook() {
    Loads loads = ledger.take(List.of(all("a", "v1", load("u", 0, 1500))), 0, SECOND);
    assertEquals(500, loads.of("u").idleMillis());
  }

  @Test
  void theLatestActivityAnywhereCounts() {
    ledger.take(List.of(all("a", "1", load("u", 0, 900)), all("b", "1", load("u", 0, 70))), 0, 0);
    Loads loads = ledger.take(List.of(news("a", "1", 1), news("b", "1", 1)), SECOND, SECOND);
    assertEquals(1070, loads.of("u").idleMillis());
  }

  @Test
  void silenceIsNoKnowledgeAndGoesOnFromWhereItWas() {
    ledger.take(List.of(all("a", "1", load("u", 0, 0)), all("b", "7", load("u", 2, 0))), 0, 0);
    Loads loads = ledger.take(List.of(news("a", "1", 1), silence("b")), SECOND, SECOND);
    assertFalse(loads.of("u").complete());
    assertEquals(0, loads.of("u").inFlight());
    assertEquals("7", ledger.version("b"));
    loads = ledger.take(List.of(news("a", "1", 1), news("b", "7", 1)), SECOND, SECOND);
    assertTrue(loads.of("u").complete());
    assertEquals(2, loads.of("u").inFlight());
  }

  @Test
  void whatDoesNotAddUpIsNoAnswerAndIsAskedForAnew() {
    ledger.take(List.of(all("a", "v1", load("u", 0, 0))), 0, 0);
    Loads loads = ledger.take(List.of(news("a", "v2", 2)), SECOND, SECOND);
    assertFalse(loads.of("u").complete());
    assertEquals("", ledger.version("a"));
  }

  @Test
  void aFullAnswerForgetsWhatItDoesNotName() {
    ledger.take(List.of(all("a", "v1", load("u", 0, 0), load("w", 0, 0))), 0, 0);
    Loads before = ledger.take(List.of(news("a", "v1", 2)), SECOND, SECOND);
    Loads loads = ledger.take(List.of(all("a", "x1", load("w", 0, 0))), SECOND, SECOND);
    assertEquals(Load.UNKNOWN, loads.of("u"));
    assertEquals(Set.of("u"), loads.changedSince(before));
  }

  @Test
  void anActivatorThatIsGoneIsForgotten() {
    ledger.take(List.of(all("a", "1", load("u", 0, 0)), all("b", "1", load("u", 1, 0))), 0, 0);
    Loads loads = ledger.take(List.of(news("a", "1", 1)), SECOND, SECOND);
    assertTrue(loads.of("u").complete());
    assertEquals(0, loads.of("u").inFlight());
    assertEquals("", ledger.version("b"));
  }

  @Test
  void whatRanAtAnActivatorThatIsGoneRanUntilItWasSeenToBeGone() {
    ledger.take(
        List.of(
            all("a", "1", load("busy", 0, 60_000), load("idle", 0, 60_000)),
            all("b", "1", load("busy", 1, 0), load("idle", 0, 20_000))),
        0,
        0);
    ledger.take(List.of(news("a", "1", 2)), SECOND, SECOND);
    Loads loads = ledger.take(List.of(news("a", "1", 2)), 3 * SECOND, 3 * SECOND);
    assertEquals(2_000, loads.of("busy").idleMillis(), "its callers come to another now");
    assertEquals(23_000, loads.of("idle").idleMillis());
    assertTrue(loads.of("busy").complete());
  }

  @Test
  void whenNothingIsNewNothingIsMergedAgain() {
    Loads before = ledger.take(List.of(all("a", "v1", load("u", 0, 0))), 0, 0);
    Loads loads = ledger.take(List.of(news("a", "v1", 1)), SECOND, SECOND);
    assertSame(before.byUid(), loads.byUid());
    assertEquals(Set.of(), loads.changedSince(before));
  }

  @Test
  void onlyWhatIsNewIsAskedFor() {
    try (FakeActivator activator = new FakeActivator();
        LoadPoller poller =
            new LoadPoller(
                new Activators(() -> List.of(activator.address()), () -> "key"),
                new ArrayList<>()::add,
                new SimpleMeterRegistry(),
                () -> 0)) {
      activator.load(
          """
          {"activator": "a", "version": "e.1", "full": true, "known": 1, "endpoints": [
           {"uid": "u", "inFlight": 0, "queued": 0, "idleMillis": 10, "backends": 1}]}""");
      poller.poll();
      activator.load(
          """
          {"activator": "a", "version": "e.1", "full": false, "known": 1, "endpoints": []}""");
      poller.poll();
      assertEquals(
          List.of("GET /internal/v1/load", "GET /internal/v1/load?since=e.1"), activator.heard());
      assertTrue(poller.latest().of("u").complete());
    }
  }
}
