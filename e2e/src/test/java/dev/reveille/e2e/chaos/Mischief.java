package dev.reveille.e2e.chaos;

import dev.reveille.e2e.chaos.Strike.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What is done next, and how long after the last; seeded. */
final class Mischief {
  /** In a round of strikes each kind comes so often, in any order. */
  private static final Map<Kind, Integer> ROUND = new EnumMap<>(Kind.class);

  static {
    ROUND.put(Kind.MODEL_KILLED, 5);
    ROUND.put(Kind.MODEL_STOPPED, 2);
    ROUND.put(Kind.ACTIVATOR_STOPPED, 2);
    ROUND.put(Kind.ACTIVATOR_KILLED, 1);
    ROUND.put(Kind.ACTIVATOR_PAUSED, 1);
    ROUND.put(Kind.OPERATOR_KILLED, 1);
    ROUND.put(Kind.OPERATOR_STOPPED, 1);
    ROUND.put(Kind.OPERATOR_PAUSED, 1);
    ROUND.put(Kind.API_PAUSED, 1);
  }

  private final Random random;
  private final int gapMillis;
  private final List<Kind> round = new ArrayList<>();

  /**
   * @param gapMillis between two strikes, on average
   */
  Mischief(long seed, int gapMillis) {
    this.random = new Random(seed);
    this.gapMillis = gapMillis;
  }

  Kind next() {
    if (round.isEmpty()) {
      ROUND.forEach((kind, times) -> round.addAll(Collections.nCopies(times, kind)));
      Collections.shuffle(round, random);
    }
    return round.removeLast();
  }

  int gap() {
    return gapMillis / 2 + random.nextInt(gapMillis + 1);
  }

  /** One of so many. */
  int pick(int count) {
    return random.nextInt(count);
  }
}
