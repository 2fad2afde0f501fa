package dev.reveille.activator.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever wants much gets what nobody needs; whoever wants little gets it all the same. */
class MemoryTest {
  private static final long TOTAL = 1024 * 1024;
  private static final long PART = 1024; // a thousandth or so is everybody's own
  private static final long STEP = 256;

  private final Memory memory = new Memory(TOTAL);

  @ParameterizedTest(name = "{4}")
  @CsvSource({
    "      1,       1, 1048576, true,  the first byte",
    " 524288,  524288, 1048576, true,  alone: half of everything",
    " 524289,  524289, 1048576, false, alone: no more than half",
    "   1024, 1048576, 1048576, true,  the last of everything to who holds little",
    "   1025, 1048576, 1048576, false, not to who holds more",
    "   1024, 1048577, 1048576, false, nobody gets what is not there",
    "   2048,  786432, 1048576, false, who borrows leaves the last quarter alone",
    "   2048,  785408, 1048576, true,  twice of what is free",
    "   2049,  785408, 1048576, false, and no more than that",
    "   2048,  700000, 1048576, true,  a newcomer while others hold much",
  })
  void anEndpointMayHold(long own, long all, long total, boolean allowed, String why) {
    assertEquals(allowed, Memory.allows(own, all, total), why);
  }

  private static long fill(Memory.Share share) {
    long taken = 0;
    while (share.take(STEP)) {
      taken += STEP;
    }
    return taken;
  }

  @Test
  void oneThatTakesAllItCanLeavesRoomForTheOthers() {
    long greedy = fill(memory.share("greedy"));
    assertEquals(TOTAL / 2, greedy);
    long second = fill(memory.share("second"));
    assertTrue(second > TOTAL / 8, () -> "the second gets " + second);
  }

  @Test
  void inTimeAllThatWantMuchHaveTheSame() {
    List<Memory.Share> shares = new ArrayList<>();
    long[] held = new long[4];
    for (int i = 0; i < held.length; i++) {
      shares.add(memory.share("greedy-" + i));
    }
    // Requests come and end: each end is somebody's, in turn; what is free goes to who may have it.
    for (int turn = 0; turn < 40_000; turn++) {
      int ends = turn % held.length;
      if (held[ends] > 0) {
        shares.get(ends).give(STEP);
        held[ends] -= STEP;
      }
      for (int i = 0; i < held.length; i++) {
        held[i] += shares.get(i).take(STEP) ? STEP : 0;
      }
    }
    for (long each : held) {
      assertTrue(each > TOTAL / 8 && each < TOTAL / 4, () -> List.of(held[0], held[1]).toString());
    }
  }

  @Test
  void whoHoldsLittleIsLetInHoweverManyTakeAllTheyCan() {
    for (int i = 0; i < 20; i++) {
      fill(memory.share("greedy-" + i));
    }
    for (int i = 0; i < 200; i++) {
      assertEquals(PART, fill(memory.share("modest-" + i)), "its own part");
    }
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    Memory.Share share = memory.share("one");
    long first = fill(share);
    share.give(first);
    assertEquals(first, fill(share));
  }

  @Test
  void anEndpointThatIsGoneIsForgottenOnceItHoldsNothing() {
    Memory.Share share = memory.share("gone");
    assertTrue(share.take(STEP));
    memory.prune(uid -> false);
    assertEquals(share, memory.share("gone"));
    share.give(STEP);
    memory.prune(uid -> false);
    assertFalse(share.equals(memory.share("gone")));
  }
}
