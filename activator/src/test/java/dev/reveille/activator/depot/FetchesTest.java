package dev.reveille.activator.depot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sources that hang, and models that are never to be had, cost the others little. */
class FetchesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Fetches fetches = new Fetches();

  private int begun(long now) {
    int begun = 0;
    while (fetches.next(now).isPresent()) {
      begun++;
    }
    return begun;
  }

  @Test
  void fourAtATimeAndNoneTwice() {
    for (int i = 0; i < 10; i++) {
      assertTrue(fetches.add("m" + i));
    }
    assertFalse(fetches.add("m3"), "it waits already");
    assertEquals(4, begun(0));
    assertFalse(fetches.add("m0"), "it is being fetched already");
    fetches.over("m0", SECOND);
    assertEquals(1, begun(SECOND));
    assertTrue(fetches.add("m0"), "again");
  }

  @Test
  void thoseThatTakeLongDoNotKeepTheNextOnesWaiting() {
    for (int i = 0; i < 100; i++) {
      fetches.add("slow" + i);
    }
    fetches.add("quick");
    int all = 0;
    long now = 0;
    for (; all < Fetches.MOST; now += Fetches.FRESH_NANOS) {
      int more = begun(now);
      assertEquals(Fetches.MOST_FRESH, more);
      all += more;
    }
    assertEquals(0, begun(now), "that is enough");
    assertEquals(7 * Fetches.FRESH_NANOS, now - Fetches.FRESH_NANOS);
    assertEquals(now, fetches.over("slow0", now));
    assertEquals(1, begun(now));
  }

  @Test
  void whatCannotBeHadTakesATenthOfTheTimeAtMost() {
    Backoff backoff = new Backoff();
    assertEquals(SECOND, backoff.after("missing", 0));
    assertEquals(2 * SECOND, backoff.after("missing", 0));
    for (int i = 0; i < 10; i++) {
      backoff.after("missing", 0);
    }
    assertEquals(60 * SECOND, backoff.after("missing", 0));
    assertEquals(200 * SECOND, backoff.after("large", 20 * SECOND));
    assertEquals(600 * SECOND, backoff.after("larger", 3600 * SECOND), "ten minutes at most");
    backoff.forget("missing");
    assertEquals(SECOND, backoff.after("missing", 0));
  }

  @Test
  void downloadsTogetherTakeNoMoreRoomThanThereIs() {
    Incoming incoming = new Incoming(100);
    Incoming.Part one = incoming.part();
    Incoming.Part other = incoming.part();
    assertTrue(one.take(70));
    assertFalse(other.take(31));
    assertTrue(other.take(30));
    one.over();
    one.over();
    assertTrue(other.take(70));
    assertFalse(other.take(1));
  }
}
