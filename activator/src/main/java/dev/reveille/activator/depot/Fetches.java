package dev.reveille.activator.depot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which models are fetched, and which next: a few at a time, but one that takes long does not keep
 * the others waiting. Guarded by the depot's lock; time is passed in.
 */
final class Fetches {
  static final int MOST_FRESH = 4;
  static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);
  static final int MOST = 32;

  private final Deque<String> waiting = new ArrayDeque<>();
  private final Map<String, Long> begun = new HashMap<>();

  /** True when it was not there; one that is being fetched is not fetched twice. */
  boolean add(String id) {
    return !begun.containsKey(id) && !waiting.contains(id) && waiting.add(id);
  }

  /** The next that may begin; it counts as begun. */
  Optional<String> next(long now) {
    long fresh = begun.values().stream().filter(since -> now - since < FRESH_NANOS).count();
    if (waiting.isEmpty() || fresh >= MOST_FRESH || begun.size() >= MOST) {
      return Optional.empty();
    }
    String id = waiting.removeFirst();
    begun.put(id, now);
    return Optional.of(id);
  }

  /** How long it took. */
  long over(String id, long now) {
    Long since = begun.remove(id);
    return since == null ? 0 : now - since;
  }
}
