package dev.reveille.e2e.kit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for a condition; when time runs out, says what for and what was seen last. */
public final class Await {
  /** Ample for anything that a small, busy cluster does. */
  public static final Duration LONG = Duration.ofSeconds(90);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private Await() {}

  /** Looks until what it sees is good, and returns that. */
  public static <T> T that(String what, Supplier<T> look, Predicate<? super T> good) {
    return that(what, LONG, look, good);
  }

  public static <T> T that(
      String what, Duration bound, Supplier<T> look, Predicate<? super T> good) {
    long end = System.nanoTime() + bound.toNanos();
    while (true) {
      T seen = look.get();
      if (good.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not within " + bound.toSeconds() + " s: " + what + "; last seen: " + seen);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  public static void until(String what, BooleanSupplier condition) {
    that(what, condition::getAsBoolean, met -> met);
  }
}
