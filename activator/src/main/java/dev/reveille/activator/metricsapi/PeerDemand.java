package dev.reveille.activator.metricsapi;

import dev.reveille.activator.gate.Demand;
import dev.reveille.activator.gate.Demand.Figures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the other activators said of their demand, and how far it still counts. One that serves but
 * does not answer counts as it was for a while; then nobody knows the sum. One that is gone counts
 * less and less, over the window in which its requests were part of the average; so does one whose
 * container was restarted, beside the one that has its address now. Time is passed in.
 */
final class PeerDemand {
  /** How long the last word of an activator that serves stands for it. */
  static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(30);

  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(Demand.WINDOW_SECONDS);

  private final Map<String, Word> words = new HashMap<>();

  /** The last words of processes that others have replaced at their addresses. */
  private final List<Word> former = new ArrayList<>();

  private record Word(String instance, Map<String, Figures> byId, long at) {
    Figures of(String id) {
      return byId.getOrDefault(id, Figures.NONE);
    }

    double faded(long now) {
      return Math.clamp(1 - (double) (now - at) / WINDOW_NANOS, 0, 1);
    }
  }

  /**
   * An activator answered.
   *
   * @param peer its address
   * @param instance its process
   */
  synchronized void heard(String peer, String instance, Map<String, Figures> byId, long now) {
    Word before = words.put(peer, new Word(instance, byId, now));
    if (before != null && !before.instance().equals(instance)) {
      former.add(before);
    }
    former.removeIf(word -> word.faded(now) == 0);
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
      Word word = each.getValue();
      sum = sum.plus(word.of(id), serving.contains(each.getKey()) ? 1 : word.faded(now));
    }
    for (Word word : former) {
      sum = sum.plus(word.of(id), word.faded(now));
    }
    return sum;
  }
}
