package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.reveille.crds.InferenceEndpoint;
import org.junit.jupiter.api.Test;

/** What is believed of a status while the cache lags behind what was written. */
class LastToldTest {
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
    told.put(at("1"), "waking", "asleep");
    assertEquals("waking", told.now(at("1"), "asleep"));
  }

  @Test
  void whatSomebodyElseWroteCountsOnceTheCacheShowsIt() {
    told.put(at("1"), "waking", "asleep");
    assertEquals("edited", told.now(at("2"), "edited"));
  }

  @Test
  void newsAreReckonedFromWhatWasToldBefore() {
    assertEquals("asleep", told.put(at("1"), "waking", "asleep"));
    assertEquals("waking", told.put(at("1"), "ready", "asleep"));
  }

  @Test
  void whatWasToldIsRemembered() {
    assertEquals("asleep", told.get(at("1"), "asleep"));
    told.put(at("1"), "waking", "asleep");
    assertEquals("waking", told.get(at("2"), "asleep"));
  }
}
