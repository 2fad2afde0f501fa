package dev.reveille.activator.gate;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What is asked of an endpoint, averaged over the last seconds: requests at once, running or
 * waiting, each for exactly as long as it did; and requests that came. Kept in buckets of a second;
 * the one under way counts as far as it has come, so that the window is nine to ten seconds long.
 *
 * <p>The time asleep is no part of it: after a wake the window begins with the first request, or
 * else an autoscaler would take away at once what the wake asked for. For as long as the window is
 * wide after its own begin, an endpoint may have been awake unseen, so that it counts in full: what
 * other activators measured then is not counted twice. Time is passed in; the gate's lock guards.
 */
public final class Demand {
  /** The longest that a request counts after it is over. */
  public static final int WINDOW_SECONDS = 10;

  private static final long BUCKET = TimeUnit.SECONDS.toNanos(1);
  private static final long WINDOW = WINDOW_SECONDS * BUCKET;
  private static final double NANOS = BUCKET;

  private final long born;
  private final long[] held = new long[WINDOW_SECONDS]; // requests × nanoseconds
  private final long[] came = new long[WINDOW_SECONDS];
  private int bucket;
  private long begun; // of the bucket under way
  private long seen;
  private long since; // the window goes back no further
  private int level;
  private long lastActive;

  /** Averages over the window. */
  public record Figures(double concurrency, double requestsPerSecond) {
    public static final Figures NONE = new Figures(0, 0);

    public Figures plus(Figures other, double weight) {
      return new Figures(
          concurrency + weight * other.concurrency,
          requestsPerSecond + weight * other.requestsPerSecond);
    }
  }

  Demand(long now) {
    this.born = now;
    this.begun = now;
    this.seen = now;
    this.since = now - WINDOW;
    this.lastActive = now;
  }

  /** From now on so many requests run or wait. */
  void level(int requests, long now) {
    advance(now);
    lastActive = level == requests ? lastActive : now;
    level = requests;
  }

  /** So many are left, the others were refused just now. */
  void refused(int left) {
    level = left;
    lastActive = seen;
  }

  /** A request came, whatever becomes of it. */
  void came(long now, boolean asleep) {
    served(now, asleep);
    advance(now);
    came[bucket]++;
    lastActive = now;
  }

  /** Somebody serves from now on; {@code asleep}: nobody did until now. */
  void served(long now, boolean asleep) {
    if (asleep && level == 0 && now - born >= WINDOW) {
      Arrays.fill(held, 0);
      Arrays.fill(came, 0);
      begun = now;
      seen = now;
      since = now;
    }
  }

  /** How long nothing has come, run or waited. */
  long idleNanos(long now) {
    return level > 0 ? 0 : Math.max(0, now - lastActive);
  }

  Figures figures(long now) {
    advance(now);
    long window = (WINDOW_SECONDS - 1) * BUCKET + (seen - begun);
    double seconds = Math.clamp(seen - since, BUCKET, window) / NANOS;
    return new Figures(
        Arrays.stream(held).sum() / NANOS / seconds, Arrays.stream(came).sum() / seconds);
  }

  /** Threads read the clock before they hold the lock: a time a little behind is now. */
  private void advance(long now) {
    long whole = (now - begun) / BUCKET;
    if (whole > 2 * WINDOW_SECONDS) {
      begun += (whole - WINDOW_SECONDS) * BUCKET; // all that was before is out of the window
      seen = begun;
    }
    while (now - seen > 0) {
      long end = begun + BUCKET;
      long until = now - end < 0 ? now : end;
      held[bucket] += level * (until - seen);
      seen = until;
      if (seen == end) {
        begun = end;
        bucket = (bucket + 1) % WINDOW_SECONDS;
        held[bucket] = 0;
        came[bucket] = 0;
      }
    }
  }
}
