package dev.reveille.modelserver.measure;

/** Counts the requests that were begun and are not answered, and lets a drain wait for the last. */
public final class InFlight {
  private int count;

  public synchronized void begin() {
    count++;
  }

  public synchronized void end() {
    count--;
    if (count == 0) {
      notifyAll();
    }
  }

  public synchronized int count() {
    return count;
  }

  /** Blocks until nothing is in flight, for {@code nanos} at most; says whether that is so. */
  public synchronized boolean awaitNone(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; count > 0 && left > 0; left = deadline - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
    return count == 0;
  }
}
