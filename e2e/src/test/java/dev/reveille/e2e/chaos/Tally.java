package dev.reveille.e2e.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What came of the requests so far. Any thread's. */
public final class Tally {
  private static final int EXAMPLES = 20;
  private static final int MOST_MISSES = 100_000;

  final AtomicLong sent = new AtomicLong();
  final AtomicLong right = new AtomicLong();
  final AtomicLong wrong = new AtomicLong();
  final AtomicLong crossed = new AtomicLong();
  final AtomicLong answeredTwice = new AtomicLong();
  final Latencies warm = new Latencies();
  final Latencies cold = new Latencies();
  final Book book = new Book();
  private final List<Miss> misses = new ArrayList<>();
  private final List<Long> unconnected = new ArrayList<>();
  private final List<String> examples = new ArrayList<>();

  /** Requests so far, answered or not. */
  public long sent() {
    return sent.get();
  }

  public long right() {
    return right.get();
  }

  void missed(Miss miss) {
    synchronized (misses) {
      if (misses.size() == MOST_MISSES) {
        throw new IllegalStateException("nothing works any more: " + miss);
      }
      misses.add(miss);
    }
  }

  /** A connection that did not come about, or led nowhere; nothing was sent on it. */
  void unconnected(long nanos) {
    synchronized (unconnected) {
      unconnected.add(nanos);
    }
  }

  /** Something that must not be, for people. */
  void example(String what) {
    synchronized (examples) {
      if (examples.size() < EXAMPLES) {
        examples.add(what);
      }
    }
  }

  /** Requests that have no right answer. */
  public List<Miss> misses() {
    synchronized (misses) {
      return List.copyOf(misses);
    }
  }

  /** When connections did not come about. */
  public List<Long> unconnected() {
    synchronized (unconnected) {
      return List.copyOf(unconnected);
    }
  }

  List<String> examples() {
    synchronized (examples) {
      return List.copyOf(examples);
    }
  }
}
