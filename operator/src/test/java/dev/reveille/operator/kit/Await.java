package dev.reveille.operator.kit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for a condition, and says what it last saw when that does not come true. */
public final class Await {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration BETWEEN = Duration.ofMillis(20);

  private Await() {}

  public static <T> T that(String what, Supplier<T> look, Predicate<? super T> good) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (true) {
      T seen = look.get();
      if (good.test(seen)) {
        return seen;
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "not within " + BOUND.toSeconds() + " s: " + what + "; last seen: " + seen);
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }
}
