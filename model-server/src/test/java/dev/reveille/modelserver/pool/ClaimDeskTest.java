package dev.reveille.modelserver.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.modelserver.pool.ClaimDesk.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whose a pod is: one endpoint's, once, whoever asks at once and whatever answers get lost. */
class ClaimDeskTest {
  private static final int ROUNDS = 500;
  private static final int ACTIVATORS = 8;
  private static final int CLAIMS_PER_ACTIVATOR = 25;
  private static final int ENDPOINTS = 5;

  private static ClaimDesk free() {
    ClaimDesk desk = new ClaimDesk();
    desk.open();
    return desk;
  }

  @Test
  void theFirstClaimTakesItTheSameAgainKeepsItAnotherDoesNot() {
    ClaimDesk desk = free();
    assertTrue(desk.isFree());
    assertEquals(new Decision.Taken(), desk.decide("a", "m"));
    assertEquals(new Decision.Kept(), desk.decide("a", "m"));
    assertEquals(new Decision.Others("a"), desk.decide("b", "m"));
    assertEquals(new Decision.Others("a"), desk.decide("a", "another model"));
    assertEquals(new Decision.Kept(), desk.decide("a", "m"));
    assertFalse(desk.isFree());
    assertEquals("claimed", desk.state());
  }

  @Test
  void aDeskThatIsNotOpenTakesNothingAndIsTakenLater() {
    ClaimDesk desk = new ClaimDesk();
    assertTrue(desk.decide("a", "m") instanceof Decision.Closed);
    desk.open();
    assertEquals(new Decision.Taken(), desk.decide("b", "m"));
    desk.open();
    assertEquals(new Decision.Others("b"), desk.decide("a", "m"));
  }

  @Test
  void aSpentDeskNeverOpens() {
    ClaimDesk desk = new ClaimDesk();
    desk.spend();
    desk.open();
    assertTrue(desk.decide("a", "m") instanceof Decision.Closed);
    assertEquals("spent", desk.state());
  }

  @Test
  void aClosedDeskSaysWhetherItHadAnOwnerAndKnowsNobodyAnyMore() {
    ClaimDesk unclaimed = free();
    assertFalse(unclaimed.close());
    assertTrue(unclaimed.decide("a", "m") instanceof Decision.Closed);
    ClaimDesk claimed = free();
    claimed.decide("a", "m");
    assertTrue(claimed.close());
    assertTrue(claimed.decide("a", "m") instanceof Decision.Closed);
  }

  /** What one activator was told, in its order. */
  private record Told(String uid, Decision decision) {}

  /** 500 pods, 8 activators at once on each, 25 claims from each: 100,000. */
  @Test
  void racingClaimsGiveAPodOneOwnerAndRepeatedClaimsKeepTheirYes() throws Exception {
    try (ExecutorService activators = Executors.newFixedThreadPool(ACTIVATORS)) {
      for (int round = 0; round < ROUNDS; round++) {
        ClaimDesk desk = free();
        CyclicBarrier start = new CyclicBarrier(ACTIVATORS);
        List<Callable<List<Told>>> claimants = new ArrayList<>();
        for (int i = 0; i < ACTIVATORS; i++) {
          Random random = new Random(1000L * round + i);
          claimants.add(() -> claims(desk, start, random));
        }
        List<Told> all = new ArrayList<>();
        for (Future<List<Told>> told : activators.invokeAll(claimants)) {
          all.addAll(told.get());
        }
        check(round, all);
      }
    }
  }

  /** Claims for any of a few endpoints; each answer may get lost, and is then asked for again. */
  private static List<Told> claims(ClaimDesk desk, CyclicBarrier start, Random random)
      throws Exception {
    List<Told> told = new ArrayList<>();
    start.await();
    String uid = "endpoint-0";
    boolean lost = false;
    for (int i = 0; i < CLAIMS_PER_ACTIVATOR; i++) {
      uid = lost ? uid : "endpoint-" + random.nextInt(ENDPOINTS);
      told.add(new Told(uid, desk.decide(uid, "model-of-" + uid)));
      lost = random.nextBoolean();
    }
    return told;
  }

  private static void check(int round, List<Told> all) {
    assertEquals(ACTIVATORS * CLAIMS_PER_ACTIVATOR, all.size());
    List<Told> taken =
        all.stream().filter(told -> told.decision() instanceof Decision.Taken).toList();
    assertEquals(1, taken.size(), "round " + round + ": taken once");
    String owner = taken.getFirst().uid();
    for (Told told : all) {
      Decision wanted = told.uid().equals(owner) ? new Decision.Kept() : new Decision.Others(owner);
      if (!(told.decision() instanceof Decision.Taken)) {
        assertEquals(wanted, told.decision(), "round " + round + ", " + told.uid());
      }
    }
  }

  /** A process that ends while it is claimed: whoever was told yes is drained, not cut off. */
  @Test
  void aClaimThatRacesTheEndIsEitherOwnedOrRefused() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < ROUNDS; round++) {
        ClaimDesk desk = free();
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Decision> claim =
            threads.submit(
                () -> {
                  start.await();
                  return desk.decide("a", "m");
                });
        Future<Boolean> end =
            threads.submit(
                () -> {
                  start.await();
                  return desk.close();
                });
        assertEquals(end.get(), claim.get() instanceof Decision.Taken, "round " + round);
      }
    }
  }
}
