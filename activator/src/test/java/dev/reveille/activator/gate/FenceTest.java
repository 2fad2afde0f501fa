package dev.reveille.activator.gate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What word of a fence does, in whatever order it comes. */
class FenceTest {
  private final Fence fence = new Fence();

  @Test
  void oneThatWasLiftedBeforeItCameNeverStands() {
    fence.lift("a");
    assertFalse(fence.raise("a", 100, 1));
    assertFalse(fence.stands(2));
  }

  @Test
  void oneThatIsAskedForTwiceEndsWhenTheFirstSaid() {
    assertTrue(fence.raise("a", 100, 1));
    assertTrue(fence.raise("a", 150, 51), "it stands");
    assertFalse(fence.stands(100));
    assertFalse(fence.raise("a", 200, 101), "it was over");
  }

  /** Two operators, for a moment: each trusts its own until it lifts it. */
  @Test
  void liftingOneLeavesTheOther() {
    fence.raise("a", 100, 1);
    fence.raise("b", 150, 2);
    fence.lift("a");
    assertTrue(fence.stands(3));
    assertTrue(fence.stands("b", 3));
    assertFalse(fence.stands("a", 3));
    fence.lift("b");
    assertFalse(fence.stands(4));
  }

  @Test
  void noMoreThanFourStandAtOnce() {
    for (int i = 0; i < 4; i++) {
      assertTrue(fence.raise("f" + i, 100, 1));
    }
    assertFalse(fence.raise("one more", 100, 1));
    assertTrue(fence.raise("another", 200, 100), "the others are over");
  }

  @Test
  void aClockThatRunsOverDoesNotEndIt() {
    long near = Long.MAX_VALUE - 10;
    fence.raise("a", near + 100, near);
    assertTrue(fence.stands(near + 99));
    assertFalse(fence.stands(near + 100));
  }
}
