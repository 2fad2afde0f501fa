package dev.reveille.modelserver.fetch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits between tries: 20 ms at first, twice as long each time, 2 s at most; bounded in number. */
public final class Retry {
  private static final long FIRST_MILLIS = 20;
  private static final long LONGEST_MILLIS = 2000;

  private final int most;
  private int tries;

  public Retry(int most) {
    this.most = most;
  }

  /** Waits, and says whether there is another try. */
  public boolean again() {
    tries++;
    if (tries >= most) {
      return false;
    }
    long millis = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(tries - 1, 10));
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    return !Thread.currentThread().isInterrupted();
  }
}
