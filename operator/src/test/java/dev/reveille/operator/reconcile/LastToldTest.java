package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpoint;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is believed of a status while the cache lags behind what was written. */
class LastToldTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final LastTold<String> told = new LastTold<>();

  private static InferenceEndpoint at(String version) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setUid("u");
    endpoint.getMetadata().setResourceVersion(version);
    return endpoint;
  }

  @Test
  void whatTheCacheShowsCountsUntilSomethingWasTold() {
    assertNull(told.now(at("1"), null));
    assertEquals("asleep", told.now(at("1"), "asleep"));
  }

  @Test
  void whileTheCacheLagsWhatWasToldCounts() {
    told.put(at("1"), "waking", "asleep", NOW);
    assertEquals("waking", told.now(at("1"), "asleep"));
  }

  @Test
  void whatSomebodyElseWroteCountsOnceTheCacheShowsIt() {
    told.put(at("1"), "waking", "asleep", NOW);
    assertEquals("edited", told.now(at("2"), "edited"));
  }

  @Test
  void newsAreReckonedFromWhatWasToldBefore() {
    assertEquals("asleep", told.put(at("1"), "waking", "asleep", NOW));
    assertEquals("waking", told.put(at("1"), "ready", "asleep", NOW));
  }

  @Test
  void whatWasToldLongAgoEveryCacheShows() {
    assertFalse(told.isSettled(at("1"), NOW));
    told.put(at("1"), "waking", null, NOW);
    assertFalse(told.isSettled(at("1"), NOW.plusSeconds(4)));
    told.put(at("1"), "waking", null, NOW.plusSeconds(4));
    assertTrue(told.isSettled(at("1"), NOW.plusSeconds(5)), "since it was told first");
    told.put(at("1"), "ready", null, NOW.plusSeconds(5));
    assertFalse(told.isSettled(at("1"), NOW.plusSeconds(6)));
    assertEquals("ready", told.get(at("2"), "asleep"));
  }
}
