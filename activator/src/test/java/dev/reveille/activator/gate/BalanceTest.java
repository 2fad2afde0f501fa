package dev.reveille.activator.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which backend is next. */
class BalanceTest {
  private static final long LATER = SECONDS.toNanos(100);

  private final Balance balance = new Balance();

  static Backend backend(String host) {
    String revision = host.startsWith("bridge") ? "bridge-r" : "r";
    return new Backend("u", "i-" + host, host, 8080, revision, 0);
  }

  private Lease next(int limit) {
    return balance.choose(limit, null, LATER).orElseThrow();
  }

  /** As many requests run on each as said, such as {@code x2 y0 bridge1}. */
  private void load(String load) {
    List<Backend> all = new ArrayList<>();
    for (String each : load.split(" ", -1)) {
      Backend alone = backend(each.substring(0, each.length() - 1));
      balance.add(alone, 0);
      for (int i = 0; i < each.charAt(each.length() - 1) - '0'; i++) {
        next(0);
      }
      balance.remove(every -> true); // what runs on it is remembered
      all.add(alone);
    }
    all.forEach(each -> balance.add(each, 0));
  }

  static Stream<Arguments> choices() {
    return Stream.of(
        Arguments.of("x0", 0, "x"),
        Arguments.of("x2 y1", 0, "y"),
        Arguments.of("x1 y2", 0, "x"),
        Arguments.of("x1 y1 z1", 2, "x"),
        Arguments.of("x1", 1, "-"),
        Arguments.of("x1 y1", 1, "-"),
        Arguments.of("x1 y0", 1, "y"),
        Arguments.of("x3 y3", 3, "-"),
        Arguments.of("bridge0", 0, "bridge"),
        Arguments.of("bridge0 x9", 0, "x"),
        Arguments.of("bridge0 x1", 1, "-"), // a full house of one's own is no reason for a bridge
        Arguments.of("bridge1", 1, "-"));
  }

  @ParameterizedTest
  @MethodSource("choices")
  void theLeastLoadedThatMayIsNext(String load, int limit, String expected) {
    load(load);
    assertEquals(
        expected,
        balance.choose(limit, null, LATER).map(lease -> lease.backend().host()).orElse("-"));
  }

  @Test
  void equalsTakeTurnsEvenOneRequestAtATime() {
    for (String host : List.of("x", "y", "z")) {
      balance.add(backend(host), 0);
    }
    List<String> turns = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Lease lease = next(0);
      turns.add(lease.backend().host());
      balance.giveBack(lease);
    }
    assertEquals(List.of("x", "y", "z", "x", "y", "z"), turns);
  }

  @Test
  void aFreshOneGetsLessAtFirstAndItsShareInTheEnd() {
    balance.add(backend("old"), 0);
    balance.add(backend("fresh"), LATER);
    assertEquals(0.09, shareOfFresh(LATER), 0.01);
    assertEquals(0.33, shareOfFresh(LATER + Slot.SLOW_START_NANOS / 2), 0.01);
    assertEquals(0.5, shareOfFresh(LATER + Slot.SLOW_START_NANOS), 0.01);
  }

  private double shareOfFresh(long now) {
    int fresh = 0;
    for (int i = 0; i < 1100; i++) {
      Lease lease = balance.choose(0, null, now).orElseThrow();
      fresh += lease.backend().host().equals("fresh") ? 1 : 0;
      balance.giveBack(lease);
    }
    return fresh / 1100.0;
  }

  @Test
  void aFreshOneRunsLessThanTheOthersDo() {
    balance.add(backend("old"), 0);
    balance.add(backend("fresh"), LATER);
    for (int i = 0; i < 12; i++) {
      next(0);
    }
    assertEquals(Map.of(backend("old"), 11, backend("fresh"), 1), balance.reachable());
  }

  @Test
  void freshOnesAmongThemselvesAreEqual() {
    balance.add(backend("x"), LATER);
    balance.add(backend("y"), LATER);
    for (int i = 0; i < 10; i++) {
      next(0);
    }
    assertEquals(Map.of(backend("x"), 5, backend("y"), 5), balance.reachable());
  }

  @Test
  void whoWasSlowHasNothingToCatchUpWith() {
    balance.add(backend("slow"), 0);
    balance.add(backend("x"), 0);
    Lease slow = next(0);
    for (int i = 0; i < 100; i++) {
      balance.giveBack(next(0)); // x: something runs on the other
    }
    balance.giveBack(slow);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      Lease lease = next(0);
      counts.merge(lease.backend().host(), 1, Integer::sum);
      balance.giveBack(lease);
    }
    assertEquals(Map.of("x", 9, "slow", 11), counts, "one turn at most");
  }

  private void fail(Lease lease, Fault fault, int times) {
    for (int i = 0; i < times; i++) {
      balance.failed(lease, fault, LATER);
    }
  }

  private Lease leaseOn(String host) {
    List<Lease> others = new ArrayList<>();
    Lease lease = next(0);
    while (!lease.backend().host().equals(host)) {
      others.add(lease);
      lease = next(0);
    }
    others.forEach(balance::giveBack);
    return lease;
  }

  private List<String> ejected() {
    return balance.ejected().stream().map(each -> each.backend().host()).toList();
  }

  @Test
  void neverMoreThanHalfAreLeftOutForWhatTheyAnswer() {
    Arrays.asList("a", "b", "c", "d", "e").forEach(host -> balance.add(backend(host), 0));
    for (String host : List.of("a", "b", "c", "d", "e")) {
      fail(leaseOn(host), Fault.GATEWAY_ERROR, 5);
    }
    assertEquals(List.of("a", "b"), ejected());
  }

  @Test
  void theLastOneStaysWhateverItAnswers() {
    balance.add(backend("x"), 0);
    fail(leaseOn("x"), Fault.GATEWAY_ERROR, 4);
    assertEquals(List.of(), balance.failing());
    fail(leaseOn("x"), Fault.GATEWAY_ERROR, 46);
    assertEquals(List.of(), ejected());
    assertTrue(balance.failing().getFirst().kept(), "but it is told of");
    balance.answered(leaseOn("x"), LATER);
    assertEquals(List.of(), balance.failing());
    fail(leaseOn("x"), Fault.UNREACHABLE, 1);
    assertEquals(List.of("x"), ejected());
    assertTrue(balance.choose(0, null, LATER).isEmpty());
    balance.add(backend("x"), LATER); // it answered a probe
    assertEquals("x", next(0).backend().host());
  }

  @Test
  void whenOnlyThoseAreLeftThatFailedTheyAreBetterThanNone() {
    balance.add(backend("bad"), 0);
    balance.add(backend("good"), 0);
    fail(leaseOn("bad"), Fault.BROKE_OFF, 5);
    balance.remove(backend("good")::equals);
    assertEquals("bad", next(0).backend().host());
  }

  @Test
  void aBridgeServesWhileItsEndpointsOwnFail() {
    balance.add(backend("own"), 0);
    balance.add(backend("bridge"), 0);
    fail(leaseOn("own"), Fault.GATEWAY_ERROR, 5);
    assertEquals("bridge", next(0).backend().host());
    assertFalse(balance.hasOwn());
  }

  @Test
  void whereItFailedIsAvoidedIfAnotherHasRoom() {
    balance.add(backend("x"), 0);
    balance.add(backend("y"), 0);
    Lease failed = next(1);
    balance.giveBack(failed);
    Lease second = balance.choose(1, failed.slot(), LATER).orElseThrow();
    assertEquals("y", second.backend().host());
    assertEquals("x", balance.choose(1, failed.slot(), LATER).orElseThrow().backend().host());
  }

  @Test
  void oneThatComesBackStillHasWhatRunsOnIt() {
    balance.add(backend("x"), 0);
    Lease running = next(1);
    balance.remove(every -> true);
    balance.add(new Backend("u", "i-x", "x", 8080, "r", 77), 1);
    assertTrue(balance.choose(1, null, LATER).isEmpty(), "the limit holds");
    balance.giveBack(running);
    assertEquals(77, next(1).backend().since());
  }
}
