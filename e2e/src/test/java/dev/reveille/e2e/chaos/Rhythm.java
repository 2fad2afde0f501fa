package dev.reveille.e2e.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * When an endpoint is called: for a while, then not for a while, which is about as long as it needs
 * to fall asleep. Seeded; milliseconds since the load began.
 */
final class Rhythm {
  private final Random random;
  private final Span calls;
  private final Span pauses;

  /** Ends of the calls and pauses, by turns; the first are calls. */
  private final List<Long> ends = new ArrayList<>();

  /** Any length in between, each as likely. */
  record Span(int leastMillis, int mostMillis) {
    int pick(Random random) {
      return leastMillis + random.nextInt(mostMillis - leastMillis + 1);
    }
  }

  Rhythm(long seed, Span calls, Span pauses) {
    this.random = new Random(seed);
    this.calls = calls;
    this.pauses = pauses;
    ends.add((long) random.nextInt(calls.mostMillis() + pauses.mostMillis())); // not all at once
  }

  /** The first millisecond from then on at which it is called. */
  synchronized long next(long millis) {
    while (ends.getLast() <= millis) {
      Span span = ends.size() % 2 == 0 ? calls : pauses;
      ends.add(ends.getLast() + span.pick(random));
    }
    int at = ends.size() - 1;
    while (at > 0 && ends.get(at - 1) > millis) {
      at--;
    }
    return at % 2 == 0 ? millis : ends.get(at);
  }
}
