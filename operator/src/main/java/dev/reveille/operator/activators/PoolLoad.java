package dev.reveille.operator.activators;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A pool's load over all activators.
 *
 * @param free the most that one of them knows to be free
 * @param complete every activator that lives answered
 * @param activators those that answered, whether they know the pool or not
 * @param counts what each that knows the pool has counted since it started
 * @param spent names of pods that are of no use any more
 */
public record PoolLoad(
    int free, boolean complete, Set<String> activators, List<Count> counts, Set<String> spent) {

  /** Nobody has told us anything. */
  public static final PoolLoad UNKNOWN = new PoolLoad(0, false, Set.of(), List.of(), Set.of());

  /** What one activator counted since it started. */
  public record Count(String activator, long claims, long misses) {}

  /** Merges what each activator says of one pool; {@code all} answered. */
  static PoolLoad of(Map<String, LoadReport.PoolPart> parts, Set<String> activators, boolean all) {
    return new PoolLoad(
        parts.values().stream().mapToInt(LoadReport.PoolPart::free).max().orElse(0),
        all,
        activators,
        parts.entrySet().stream()
            .map(
                part ->
                    new Count(part.getKey(), part.getValue().claims(), part.getValue().misses()))
            .toList(),
        parts.values().stream()
            .flatMap(part -> part.spent().stream())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether any activator speaks of the pool. */
  public boolean isKnown() {
    return !counts.isEmpty();
  }

  /** The same, of which nothing may be concluded from silence. */
  PoolLoad incomplete() {
    return new PoolLoad(free, false, activators, counts, spent);
  }

  /** True when a status made of {@code other} would differ, or other pods are spent. */
  boolean differsFrom(PoolLoad other) {
    return free != other.free || !counts.equals(other.counts) || !spent.equals(other.spent);
  }
}
