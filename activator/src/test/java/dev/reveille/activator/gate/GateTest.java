package dev.reveille.activator.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is forwarded, waits or is refused. Time is what the test says it is. */
class GateTest {
  private static final Refusal BROKEN = Refusal.modelFailed("ModelInvalid", "no graph");

  private final Gate gate = new Gate(new Bounds(3, 100, 0), 0);
  private final List<String> told = new ArrayList<>();

  private final class Caller implements Ticket {
    private final String name;
    private final long bytes;

    Caller(String name, long bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public long queuedAt() {
      return 0;
    }

    @Override
    public void forward(Lease granted) {
      told.add(name + " → " + granted.backend().host());
    }

    @Override
    public void refuse(Refusal why) {
      told.add(name + " refused " + why.reason());
    }
  }

  private Caller caller(String name) {
    return new Caller(name, 10);
  }

  private static Backend backend(String host) {
    return new Backend("u", "i-" + host, host, 8080, "r", 0);
  }

  private Lease forwarded(Admission admission) {
    return assertInstanceOf(Admission.Forward.class, admission).lease();
  }

  private void waits(Ticket ticket) {
    assertInstanceOf(Admission.Wait.class, gate.admit(ticket, 1, 1));
  }

  private Refusal refused(Admission admission) {
    return assertInstanceOf(Admission.Refuse.class, admission).why();
  }

  @Test
  void whatWaitsIsForwardedInOrderOnceABackendIsThere() {
    waits(caller("a"));
    waits(caller("b"));
    gate.add(backend("x"), 2);
    assertEquals(List.of("a → x", "b → x"), told);
    assertEquals(new Census(2, 0, 1, 0, 0, false, false), gate.census(2));
  }

  @Test
  void theBackendWithTheFewestRequestsIsChosen() {
    gate.add(backend("x"), 0);
    gate.add(backend("y"), 0);
    Lease first = forwarded(gate.admit(caller("a"), 1, 1));
    assertEquals("y", forwarded(gate.admit(caller("b"), 1, 1)).backend().host());
    gate.finish(first, 2);
    assertEquals("x", forwarded(gate.admit(caller("c"), 1, 1)).backend().host());
  }

  @Test
  void countAndBytesAreBounded() {
    waits(caller("a"));
    waits(new Caller("b", 85));
    assertEquals("QueueFull", refused(gate.admit(caller("c"), 7, 1)).reason());
    assertEquals(7, refused(gate.admit(caller("c"), 7, 1)).retryAfterSeconds());
    waits(new Caller("d", 5));
    assertEquals(429, refused(gate.admit(new Caller("e", 0), 1, 1)).status());
  }

  @Test
  void whoeverLeavesMakesRoom() {
    Caller a = new Caller("a", 100);
    waits(a);
    assertTrue(gate.cancel(a, 2));
    assertFalse(gate.cancel(a, 2), "only once");
    waits(new Caller("b", 100));
    gate.add(backend("x"), 3);
    assertEquals(List.of("b → x"), told);
  }

  @Test
  void aFencedGateChoosesNoBackendAndCountsWhatThereIs() {
    gate.add(backend("x"), 0);
    Lease running = forwarded(gate.admit(caller("a"), 1, 1));
    assertEquals(Optional.of(new Census(1, 0, 1, 0, 0, true, false)), gate.fence("f", 100, 1));
    waits(caller("b"));
    gate.finish(running, 2);
    assertEquals(new Census(0, 1, 1, 0, 0, true, false), gate.census(3));
    gate.unfence("f", 4);
    assertEquals(List.of("b → x"), told);
  }

  @Test
  void aFenceEndsByItself() {
    gate.add(backend("x"), 0);
    gate.fence("f", 100, 1);
    waits(caller("a"));
    gate.pump(99);
    assertEquals(List.of(), told);
    gate.pump(100);
    assertEquals(List.of("a → x"), told);
  }

  @Test
  void aBlockedGateRefusesWhileNothingCanServe() {
    waits(caller("a"));
    gate.block(BROKEN);
    assertEquals(List.of("a refused ModelInvalid"), told);
    assertEquals(BROKEN, refused(gate.admit(caller("b"), 1, 2)));
    gate.add(backend("x"), 3);
    forwarded(gate.admit(caller("c"), 1, 4));
    gate.block(BROKEN); // a new version is broken, the old one goes on
    forwarded(gate.admit(caller("d"), 1, 5));
    gate.remove(each -> true);
    waits(caller("e")); // until somebody says again that nothing can serve
    gate.block(BROKEN);
    assertEquals(BROKEN, refused(gate.admit(caller("f"), 1, 6)));
    gate.unblock();
    waits(caller("g"));
  }

  @Test
  void aGateThatIsShutRefusesAllButWhatRuns() {
    Refusal paused = Refusal.paused("demo/m", "paused");
    gate.add(backend("x"), 0);
    Lease running = forwarded(gate.admit(caller("a"), 1, 1));
    gate.fence("f", 100, 1);
    waits(caller("b"));
    gate.shut(paused);
    assertEquals(List.of("b refused Paused"), told);
    assertEquals(paused, refused(gate.admit(caller("c"), 1, 2)));
    assertEquals(paused, gate.refusal().orElseThrow());
    assertEquals(1, gate.census(2).inFlight(), "what runs is left");
    assertEquals(paused, refused(gate.readmit(caller("a"), running, 3)), "unless it was not begun");
    gate.open();
    gate.unfence("f", 4);
    forwarded(gate.admit(caller("d"), 1, 5));
  }

  @Test
  void aGlimpseIsNoDemand() {
    assertEquals(Optional.empty(), gate.glimpse(0));
    gate.add(new Backend("u", "b", "10.0.0.9", 8080, "bridge-r", 0), 0);
    gate.add(backend("x"), 0);
    assertEquals(backend("x"), gate.glimpse(50).orElseThrow());
    assertEquals(50, gate.idleNanos(50), "the idle clock runs on");
    assertEquals(0, gate.census(50).inFlight());
    gate.fence("f", 100, 50);
    assertEquals(Optional.empty(), gate.glimpse(51), "it is going to sleep");
  }

  @Test
  void aRequestThatWasNotBegunKeepsItsPlaceBeyondTheBounds() {
    gate.add(backend("x"), 0);
    Caller first = caller("first");
    Lease failed = forwarded(gate.admit(first, 1, 1));
    gate.remove(each -> true);
    waits(caller("a"));
    waits(caller("b"));
    waits(caller("c"));
    assertInstanceOf(Admission.Wait.class, gate.readmit(first, failed, 2));
    assertEquals(new Census(0, 4, 0, 0, 0, false, false), gate.census(2));
  }

  @Test
  void aLeaseComesBackOnce() {
    gate.add(backend("x"), 0);
    Lease lease = forwarded(gate.admit(caller("a"), 1, 1));
    gate.finish(lease, 2);
    gate.finish(lease, 3);
    assertEquals(0, gate.census(3).inFlight());
  }

  @Test
  void idleIsTheTimeSinceNothingRanOrWaited() {
    gate.add(backend("x"), 0);
    assertEquals(50, gate.idleNanos(50));
    Lease lease = forwarded(gate.admit(caller("a"), 1, 60));
    assertEquals(0, gate.idleNanos(1000));
    gate.finish(lease, 1000);
    assertEquals(5, gate.idleNanos(1005));
  }

  @Test
  void closingTellsWhoeverWaits() {
    waits(caller("a"));
    gate.close(Refusal.unknownEndpoint("deleted"));
    assertEquals(List.of("a refused UnknownEndpoint"), told);
  }

  @Test
  void aBridgeIsChosenOnlyWhileThereIsNothingElseAndLetGoWhenItIsIdle() {
    Backend bridge = new Backend("u", "b", "10.0.0.9", 8080, "bridge-r", 0);
    gate.add(bridge, 0);
    Lease first = forwarded(gate.admit(caller("a"), 1, 1));
    assertEquals(bridge, first.backend());
    gate.add(backend("own"), 2);
    assertEquals(backend("own"), forwarded(gate.admit(caller("b"), 1, 3)).backend());
    assertEquals(List.of(), gate.retireBridges(), "something runs on it");
    gate.finish(first, 4);
    assertEquals(List.of(bridge), gate.retireBridges());
    assertEquals(List.of(backend("own")), gate.backends());
  }

  private void limit(int perBackend) {
    gate.bound(new Bounds(3, 100, perBackend), 0);
  }

  @Test
  void beyondTheLimitRequestsWaitForTheirTurn() {
    limit(1);
    gate.add(backend("x"), 0);
    Lease first = forwarded(gate.admit(caller("a"), 1, 1));
    waits(caller("b"));
    waits(caller("c"));
    gate.finish(first, 2);
    assertEquals(List.of("b → x"), told);
    gate.add(backend("y"), 3);
    assertEquals(List.of("b → x", "c → y"), told);
  }

  @Test
  void aRaisedLimitLetsThroughWhoWaits() {
    limit(1);
    gate.add(backend("x"), 0);
    forwarded(gate.admit(caller("a"), 1, 1));
    waits(caller("b"));
    limit(2);
    assertEquals(List.of("b → x"), told);
  }

  @Test
  void nobodyOvertakesWhoWaitsNotEvenIntoAFreePlace() {
    limit(1);
    gate.add(backend("x"), 0);
    gate.fence("f", 100, 0);
    waits(caller("first"));
    waits(caller("second")); // at a time when the fence is over
    assertInstanceOf(Admission.Wait.class, gate.admit(caller("third"), 1, 200));
    gate.pump(200);
    assertEquals(List.of("first → x"), told);
  }

  @Test
  void whoComesBackGoesBeforeThoseThatCameAfterIt() {
    limit(1);
    gate.add(backend("x"), 0);
    Caller early = caller("early");
    Lease failed = forwarded(gate.admit(early, 1, 1));
    waits(caller("late"));
    gate.remove(each -> true);
    assertInstanceOf(Admission.Wait.class, gate.readmit(early, failed, 2));
    gate.add(backend("y"), 3);
    assertEquals(List.of("early → y"), told);
  }

  @Test
  void whoComesBackGetsAnotherBackendAtOnceIfThereIsOne() {
    gate.add(backend("x"), 0);
    gate.add(backend("y"), 0);
    Caller early = caller("early");
    Lease failed = forwarded(gate.admit(early, 1, 1));
    assertEquals("x", failed.backend().host());
    assertEquals("y", forwarded(gate.readmit(early, failed, 2)).backend().host());
    assertEquals(1, gate.census(2).inFlight());
  }

  @Test
  void aBackendOutOfReachCountsForNothingUntilItIsBack() {
    gate.add(backend("x"), 0);
    Lease lease = forwarded(gate.admit(caller("a"), 1, 1));
    assertTrue(gate.failed(lease, Fault.UNREACHABLE, 2));
    assertEquals(new Census(1, 0, 0, 0, 1, false, false), gate.census(2));
    assertFalse(gate.reaches("x"));
    gate.finish(lease, 3);
    waits(caller("b"));
    gate.block(BROKEN);
    assertEquals(List.of("b refused ModelInvalid"), told);
    gate.add(backend("x"), 4);
    assertEquals("x", forwarded(gate.admit(caller("c"), 1, 5)).backend().host());
  }
}
