package dev.reveille.modelserver.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all bodies held at once may take: a bound per request alone is none for many. */
final class Budget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  Budget(long most) {
    this.most = most;
  }

  /** A quarter of the heap, and never less than one request of the largest size. */
  static Budget ofHeap(int largest) {
    return new Budget(Math.max(largest, Runtime.getRuntime().maxMemory() / 4));
  }

  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
