package dev.reveille.operator.activators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.kit.FakeActivator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  void poolsAndBridgesAreMergedAndTheirChangesTold() {
    one.load(pools("a", 1, 7, "\"s1\""));
    other.load(pools("b", 2, 3, ""));
    poller.poll();
    assertEquals(List.of("demo/small"), changed);
    PoolLoad pool = poller.latest().ofPool("demo/small");
    assertEquals(2, pool.free(), "the most that one knows");
    assertEquals(
        List.of(new PoolLoad.Count("a", 7, 1), new PoolLoad.Count("b", 3, 1)), pool.counts());
    assertEquals(Set.of("s1"), pool.spent());
    assertTrue(pool.complete());
    other.status(503);
    poller.poll();
    assertFalse(poller.latest().ofPool("demo/small").complete());
    assertEquals(Set.of("a"), poller.latest().ofPool("demo/small").activators());
    changed.clear();
    one.load(load(bridging("x", "y")));
    other.status(200).load(load(bridging("y")));
    poller.poll();
    assertEquals(Set.of("x", "y"), poller.latest().of("u").bridges());
    assertEquals(Set.of("u", "demo/small"), Set.copyOf(changed));
    changed.clear();
    one.load(load(bridging("y")));
    poller.poll();
    assertEquals(List.of("u"), changed);
    assertEquals("pod", poller.latest().of("u").coldStarts().getFirst().path(), "when not said");
  }

  private static String pools(String activator, int free, int claims, String spent) {
    return """
        {"activator": "%s", "endpoints": [], "pools": [{"uid": "p", "namespace": "demo",
         "name": "small", "free": %d, "claims": %d, "misses": 1, "spent": [%s]}]}\
        """
        .formatted(activator, free, claims, spent);
  }

  private static String bridging(String... pods) {
    String bridges =
        Stream.of(pods)
            .map("{\"pod\": \"%s\", \"inFlight\": 1}"::formatted)
            .collect(Collectors.joining(", "));
    return """
        {"uid": "u", "inFlight": 1, "queued": 0, "idleMillis": 0, "backends": 1, "bridges": [%s],
         "coldStarts": [{"atMillis": 1, "totalMillis": 2.5}]}\
        """
        .formatted(bridges);
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
