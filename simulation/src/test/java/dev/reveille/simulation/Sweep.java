package dev.reveille.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** Many seeds, on all processors; what came of them. */
final class Sweep {
  private final List<Long> bad = Collections.synchronizedList(new ArrayList<>());
  private final LongAdder done = new LongAdder();
  private final LongAdder steps = new LongAdder();
  private final LongAdder calls = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder sleeps = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder replays = new LongAdder();
  private final long began = System.nanoTime();

  /** Stops early once so many seeds are bad. */
  private final int mostBad;

  Sweep(int mostBad) {
    this.mostBad = mostBad;
  }

  /**
   * @param progress hears how many are done, now and then
   */
  void over(long first, long count, int threads, LongConsumer progress)
      throws InterruptedException {
    AtomicLong next = new AtomicLong(first);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(
          Thread.ofPlatform()
              .name("seeds-" + i)
              .start(
                  () -> {
                    long seed;
                    while ((seed = next.getAndIncrement()) < first + count
                        && bad.size() < mostBad) {
                      run(seed);
                      progress.accept(done.sum());
                    }
                  }));
    }
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private void run(long seed) {
    boolean good = false;
    try {
      Run.Outcome outcome = Run.of(Plan.of(seed), Sabotage.NONE, false);
      good = outcome.isGood();
      count(outcome);
    } finally {
      if (!good) { // or an error
        bad.add(seed);
      }
    }
  }

  private void count(Run.Outcome outcome) {
    done.increment();
    steps.add(outcome.steps());
    calls.add(outcome.counts().calls());
    answered.add(outcome.counts().answered());
    sleeps.add(outcome.counts().sleeps());
    late.add(outcome.counts().lateWrites());
    replays.add(outcome.counts().replays());
  }

  List<Long> bad() {
    return bad.stream().sorted().toList();
  }

  long calls() {
    return calls.sum();
  }

  long sleeps() {
    return sleeps.sum();
  }

  long replays() {
    return replays.sum();
  }

  String summary() {
    double seconds = (System.nanoTime() - began) / 1e9;
    return String.format(
        Locale.ROOT,
        "%,d seeds, %,.0f a second, %,d steps each; %,d requests, %,d answered by a model, %,d"
            + " sleeps, %,d fences late, %,d replays; %d seeds break a rule",
        done.sum(),
        done.sum() / seconds,
        steps.sum() / Math.max(1, done.sum()),
        calls.sum(),
        answered.sum(),
        sleeps.sum(),
        late.sum(),
        replays.sum(),
        bad.size());
  }
}
