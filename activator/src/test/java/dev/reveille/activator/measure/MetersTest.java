package dev.reveille.activator.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** Series are bounded, and go with their endpoint. */
class MetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Meters meters = new Meters(registry, "demo", "m", Meters.STABLE);

  @Test
  void reasonsThatPodsInventAreCountedTogether() {
    for (int i = 0; i < 1000; i++) {
      meters.refused("Reason" + i);
    }
    meters.refused("x".repeat(1000));
    assertEquals(33, registry.find("reveille.refusals").counters().size());
    assertEquals(969, registry.find("reveille.refusals").tag("reason", "Other").counter().count());
  }

  @Test
  void nothingIsLeftOfAnEndpointThatIsGone() {
    meters.refused("QueueFull");
    meters.answered(200, 1);
    meters.close();
    meters.answered(200, 1);
    assertEquals(0, registry.getMeters().size());
  }

  @Test
  void anEndpointThatNobodyCalledHasNoSeries() {
    meters.gauge("reveille.queued", "Requests that wait", this, test -> 7);
    assertEquals(0, registry.getMeters().size());
    meters.called();
    assertEquals(7, registry.find("reveille.queued").gauge().value());
    assertEquals(0, registry.find("reveille.wakes").counter().count());
    assertEquals(5, registry.find("reveille.requests").counters().size());
  }

  @Test
  void aRequestThatOutlivesItsEndpointLeavesNothing() {
    meters.close();
    meters.answered(200, 1);
    meters.refused("UnknownEndpoint");
    assertEquals(0, registry.getMeters().size());
  }
}
