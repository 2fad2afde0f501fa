package dev.reveille.operator.activators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.kit.FakeActivator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the activators say of an endpoint, together, and whom a change wakes up. */
class LoadPollerTest {
  private final FakeActivator one = new FakeActivator();
  private final FakeActivator other = new FakeActivator();
  private final List<String> changed = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long clock;
  private final LoadPoller poller =
      new LoadPoller(
          new Activators(() -> List.of(one.address(), other.address()), () -> "key"),
          changed::add,
          meters,
          () -> clock);

  @AfterEach
  void stop() {
    poller.close();
    one.close();
    other.close();
  }

  private static String load(String endpoints) {
    return "{\"activator\": \"a\", \"endpoints\": [" + endpoints + "]}";
  }

  private static String idle(long idleMillis) {
    return """
        {"uid": "u", "inFlight": 0, "queued": 0, "idleMillis": %d, "backends": 1, "new": "field"}\
        """
        .formatted(idleMillis);
  }

  @Test
  void loadIsSummedAndTheLeastIdleTimeCounts() {
    one.load(
        load(
            "{\"uid\": \"u\", \"inFlight\": 2, \"queued\": 1, \"idleMillis\": 0, \"backends\": 1}"));
    other.load(
        load(
            """
            {"uid": "u", "inFlight": 3, "queued": 0, "idleMillis": 70, "backends": 2,
             "failure": {"revision": "r1", "reason": "ModelInvalid", "message": "m"},
             "model": {"modelId": "x", "state": "ready", "digest": "sha256:aa", "bytes": 7},
             "coldStarts": [{"atMillis": 1, "totalMillis": 2.5, "phases": null}]}\
            """));
    poller.poll();
    Load load = poller.latest().of("u");
    assertEquals(5, load.inFlight());
    assertEquals(1, load.queued());
    assertEquals(0, load.idleMillis());
    assertEquals(2, load.backends());
    assertTrue(load.complete());
    assertEquals("ModelInvalid", load.failureOf("r1").orElseThrow().reason());
    assertTrue(load.failureOf("r2").isEmpty());
    assertEquals("ready", load.model().state());
    assertEquals(List.of(), load.coldStarts().getFirst().phases());
  }

  @Test
  void onlyAChangeThatMattersIsTold() {
    one.load(load(idle(1000)));
    other.load(load(idle(1000)));
    poller.poll();
    assertEquals(List.of("u"), changed);
    one.load(load(idle(2000)));
    poller.poll();
    assertEquals(List.of("u"), changed, "longer idle is no news");
    other.status(503);
    poller.poll();
    assertEquals(List.of("u"), changed, "nor is an activator that did not answer once");
    assertFalse(poller.latest().of("u").complete(), "but nothing sleeps upon it");
    one.load(load(idle(3000).replace("\"queued\": 0", "\"queued\": 4")));
    poller.poll();
    assertEquals(List.of("u", "u"), changed);
    one.load(load(""));
    poller.poll();
    assertEquals(List.of("u", "u", "u"), changed, "gone");
  }

  @Test
  void whatCannotBeReadIsNoAnswer() {
    one.load(load(idle(1000)));
    for (String bad : List.of("", "[]", load("{\"uid\": \"u\", \"inFlight\": 0}"))) {
      other.load(bad);
      poller.poll();
      assertFalse(poller.latest().of("u").complete(), bad);
    }
    assertEquals(3, meters.counter("reveille.operator.poll.failures").count());
  }

  @Test
  void anEndpointThatOneActivatorDoesNotKnowYetIsNotComplete() {
    one.load(load(idle(1000)));
    poller.poll();
    assertFalse(poller.latest().of("u").complete());
    assertEquals(0, meters.counter("reveille.operator.poll.failures").count());
  }

  @Test
  void anOldPollIsNotSleptUpon() {
    one.load(load(idle(1000)));
    other.load(load(idle(1000)));
    poller.poll();
    clock = 3_000_000_000L;
    assertTrue(poller.latest().of("u").complete());
    clock = 3_000_000_001L;
    assertFalse(poller.latest().of("u").complete());
  }
}
