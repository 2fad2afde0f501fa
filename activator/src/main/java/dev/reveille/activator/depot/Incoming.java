package dev.reveille.activator.depot;

import java.util.concurrent.atomic.AtomicLong;

/** The room on disk for what is not complete yet, of all downloads together. */
final class Incoming {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  Incoming(long most) {
    this.most = most;
  }

  Part part() {
    return new Part();
  }

  /** One download's. One event loop's, but for its end. */
  final class Part {
    private final AtomicLong own = new AtomicLong();

    /** False: others have it. */
    boolean take(long bytes) {
      if (taken.addAndGet(bytes) > most) {
        taken.addAndGet(-bytes);
        return false;
      }
      own.addAndGet(bytes);
      return true;
    }

    /** It has found its place, or was given up. */
    void over() {
      taken.addAndGet(-own.getAndSet(0));
    }
  }
}
