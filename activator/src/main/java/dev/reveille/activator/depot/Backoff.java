package dev.reveille.activator.depot;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait with the next try: longer each time, and so long that a model which cannot be
 * had takes a tenth of the time at most. Guarded by the depot's lock.
 */
final class Backoff {
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
  static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int TIMES_TAKEN = 10;

  private final Map<String, Long> waits = new HashMap<>();

  /**
   * @param took the try that failed
   */
  long after(String id, long took) {
    long wait = waits.getOrDefault(id, FIRST_NANOS);
    waits.put(id, Math.min(LAST_NANOS, wait * 2));
    return Math.max(wait, Math.min(LONGEST_NANOS, took * TIMES_TAKEN));
  }

  void forget(String id) {
    waits.remove(id);
  }

  void retain(Set<String> ids) {
    waits.keySet().retainAll(ids);
  }
}
