package dev.reveille.activator.endpoint;

import dev.reveille.activator.measure.Timeline;
import java.util.concurrent.TimeUnit;

/** One wake, from the first request that waits to the first that is answered. */
public final class Wake {
  /**
   * How long the endpoint's own replica stands back for a pod of the warm pool that was claimed: on
   * a small node its start would take the processor from the one that answers first.
   */
  private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Timeline timeline = new Timeline();
  private boolean recorded;
  private boolean asked;
  private long askedAt;
  private boolean missed;
  private volatile String unready = "";

  Wake() {}

  public Timeline timeline() {
    return timeline;
  }

  /** What a pod says whose readiness is asked for; a sentence's end. */
  public void unready(String why) {
    unready = why;
  }

  /** Empty when no pod was asked yet. */
  public String unready() {
    return unready;
  }

  /** True the first time: the first answer's cold start counts. */
  public synchronized boolean record() {
    boolean first = !recorded;
    recorded = true;
    return first;
  }

  /** True the first time: once a wake, a pod of the warm pool is asked for. */
  public synchronized boolean ask(long now) {
    boolean first = !asked;
    if (first) {
      asked = true;
      askedAt = now;
    }
    return first;
  }

  /** None was free. */
  public synchronized void miss() {
    missed = true;
  }

  /** Whether a pod of the warm pool has its head start. */
  public synchronized boolean standsBack(long now) {
    return asked && !missed && now - askedAt < HEAD_START_NANOS;
  }
}
