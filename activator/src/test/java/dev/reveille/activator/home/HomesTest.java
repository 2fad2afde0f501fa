package dev.reveille.activator.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Caller;
import dev.reveille.activator.gate.Door;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.measure.Meters;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where requests of an endpoint are let through. */
class HomesTest {
  private static final List<Sibling> THREE = List.of(sibling("a"), sibling("b"), sibling("c"));

  private long now;

  private static Sibling sibling(String pod) {
    return new Sibling(pod, "host-" + pod, 8080);
  }

  private Homes homes(String self, List<Sibling> ready) {
    return new Homes(self, "key", () -> ready, () -> now);
  }

  private static Endpoint endpoint(int containerConcurrency) {
    InferenceEndpoint resource = new InferenceEndpoint();
    resource.getMetadata().setName("m");
    resource.getMetadata().setNamespace("demo");
    resource.getMetadata().setUid("uid-m");
    resource.setSpec(
        InferenceEndpointSpec.of(ModelSpec.at("image:///m"))
            .with(ScalingSpec.DEFAULTS.withContainerConcurrency(containerConcurrency)));
    return new Endpoint(
        resource, new Meters(new SimpleMeterRegistry(), "demo", "m", Meters.STABLE), 0);
  }

  /** The order in which a request that came to {@code self} is passed on; its own gate last. */
  private static List<String> way(Door door, Caller caller) {
    List<String> way = new ArrayList<>();
    Admission admission = door.admit(caller, 1, 0);
    while (admission instanceof Admission.Forward(Lease lease)) {
      assertTrue(lease.isElsewhere());
      way.add(lease.backend().host());
      admission = door.readmit(caller, lease, 0);
    }
    assertInstanceOf(Admission.Wait.class, admission);
    return way;
  }

  @Test
  void allAgreeOnOneHomeAndOnWhoIsNext() {
    Set<String> firsts = new HashSet<>();
    List<Integer> hops = new ArrayList<>();
    for (Sibling each : THREE) {
      List<String> way = way(homes(each.pod(), THREE).door(endpoint(1), false), new Caller(0, 0));
      hops.add(way.size());
      firsts.add(way.isEmpty() ? each.host() : way.getFirst());
    }
    assertEquals(1, firsts.size(), firsts::toString);
    assertEquals(List.of(0, 1, 2), hops.stream().sorted().toList());
  }

  @Test
  void manyEndpointsAreSpreadOverTheActivators() {
    for (Sibling each : THREE) {
      Homes homes = homes(each.pod(), THREE);
      long atHome =
          IntStream.range(0, 3000).filter(i -> homes.before("uid-" + i).isEmpty()).count();
      assertTrue(atHome > 900 && atHome < 1100, each + " has " + atHome);
    }
  }

  @Test
  void whoComesOrGoesMovesNobodyElsesHome() {
    for (int i = 0; i < 300; i++) {
      String uid = "uid-" + i;
      boolean before = homes("a", THREE).before(uid).isEmpty();
      boolean after = homes("a", THREE.subList(0, 2)).before(uid).isEmpty();
      assertTrue(after || !before, "without c, a keeps what it had");
    }
  }

  @Test
  void withoutALimitOrOnceRelayedTheGateHereLetsThrough() {
    for (Sibling each : THREE) {
      Homes homes = homes(each.pod(), THREE);
      Endpoint free = endpoint(0);
      assertSame(free.gate(), homes.door(free, false));
      Endpoint limited = endpoint(1);
      assertSame(limited.gate(), homes.door(limited, true), "never relayed twice");
    }
  }

  @Test
  void anActivatorAloneOrThatKnowsOfNoneIsHome() {
    Endpoint endpoint = endpoint(1);
    assertSame(endpoint.gate(), homes("a", List.of()).door(endpoint, false));
    assertSame(endpoint.gate(), homes("a", THREE.subList(0, 1)).door(endpoint, false));
  }

  @Test
  void whatRunsElsewhereRunsNotHereAndIsCountedAsUnderway() {
    Sibling guest =
        THREE.stream()
            .filter(each -> homes(each.pod(), THREE).before("uid-m").size() == 1)
            .findFirst()
            .orElseThrow();
    Homes homes = homes(guest.pod(), THREE);
    Endpoint endpoint = endpoint(1);
    Door door = homes.door(endpoint, false);
    Lease lease =
        assertInstanceOf(Admission.Forward.class, door.admit(new Caller(0, 0), 1, 5)).lease();
    assertEquals(1, homes.underway());
    assertEquals(0, endpoint.gate().census(5).inFlight());
    assertEquals(100, endpoint.gate().idleNanos(100), "it is idle here");
    door.finish(lease, 6);
    door.finish(lease, 7);
    assertEquals(0, homes.underway());
  }

  private Homes homesOfTheLast() {
    Sibling last =
        THREE.stream()
            .filter(each -> homes(each.pod(), THREE).before("uid-m").size() == 2)
            .findFirst()
            .orElseThrow();
    return homes(last.pod(), THREE);
  }

  @Test
  void aHomeThatWasConnectedToIsAskedAgainWhateverCameOfIt() {
    Homes homes = homesOfTheLast();
    Door door = homes.door(endpoint(1), false);
    Caller caller = new Caller(0, 0);
    Lease first = assertInstanceOf(Admission.Forward.class, door.admit(caller, 1, 0)).lease();
    first.connect();
    Lease again = assertInstanceOf(Admission.Forward.class, door.readmit(caller, first, 0)).lease();
    assertEquals(first.backend().host(), again.backend().host());
    assertEquals(2, homes.before("uid-m").size(), "nobody is passed over");
    assertEquals(1, homes.underway());
    Lease next = assertInstanceOf(Admission.Forward.class, door.readmit(caller, again, 0)).lease();
    assertNotEquals(first.backend().host(), next.backend().host(), "it died meanwhile");
    assertEquals(1, homes.before("uid-m").size());
  }

  @Test
  void aHomeThatCouldNotBeReachedIsPassedOverForAWhile() {
    Homes homes = homesOfTheLast();
    way(homes.door(endpoint(1), false), new Caller(0, 0));
    assertEquals(List.of(), homes.before("uid-m"), "both were asked in vain");
    assertEquals(0, homes.underway());
    now += 2_000_000_000L;
    assertEquals(2, homes.before("uid-m").size());
  }
}
