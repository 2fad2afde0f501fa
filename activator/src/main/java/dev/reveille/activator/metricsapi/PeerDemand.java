package dev.reveille.activator.metricsapi;

import dev.reveille.activator.gate.Demand;
import dev.reveille.activator.gate.Demand.Figures;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the other activators said of their demand, and how far it still counts. One that serves but
 * does not answer counts as it was for a while; then nobody knows the sum. One that is gone counts
 * less and less, over the window in which its requests were part of the average. Time is passed in.
 */
final class PeerDemand {
  /** How long the last word of an activator that serves stands for it. */
  static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(30);

  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(Demand.WINDOW_SECONDS);

  private final Map<String, Word> words = new HashMap<>();

  private record Word(Map<String, Figures> byId, long at) {}

  /** An activator answered. */
  synchronized void heard(String peer, Map<String, Figures> byId, long now) {
    words.put(peer, new Word(byId, now));
    words.values().removeIf(word -> now - word.at() > 2 * HOLD_NANOS);
  }

  /** An activator that serves and of which too little is known for a sum; empty when all is. */
  synchronized Optional<String> missing(Set<String> serving, long now) {
    return serving.stream()
        .filter(peer -> !words.containsKey(peer) || now - words.get(peer).at() > HOLD_NANOS)
        .findFirst();
  }

  /** The sum over the other activators for an id. */
  synchronized Figures of(String id, Set<String> serving, long now) {
    Figures sum = Figures.NONE;
    for (Map.Entry<String, Word> each : words.entrySet()) {
      Figures figures = each.getValue().byId().get(id);
      if (figures != null) {
        sum = sum.plus(figures, weight(each.getKey(), each.getValue(), serving, now));
      }
    }
    return sum;
  }

  private static double weight(String peer, Word word, Set<String> serving, long now) {
    return serving.contains(peer)
        ? 1
        : Math.clamp(1 - (double) (now - word.at()) / WINDOW_NANOS, 0, 1);
  }
}
