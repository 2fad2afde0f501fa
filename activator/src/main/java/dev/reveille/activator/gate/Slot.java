package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One backend, what runs on it and how it fares. Guarded by the gate's lock. */
final class Slot {
  /** So long a fresh backend gets less than its share, more and more: it has to warm up. */
  static final long SLOW_START_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final double LEAST_WEIGHT = 0.1;

  Backend backend;
  int running;
  Breaker breaker;

  /** It would be left out if there were another. */
  @Nullable Ejection kept;

  /** Its finish tag, see {@link Balance}. */
  double finish;

  Slot(Backend backend, long now) {
    this.backend = backend;
    this.breaker = Breaker.fresh(now);
  }

  /** From little for a fresh one to 1. */
  double weight(long now) {
    return switch (breaker) {
      case Breaker.Closed closed ->
          Math.clamp((double) (now - closed.since()) / SLOW_START_NANOS, LEAST_WEIGHT, 1);
      case Breaker.Open ignored -> LEAST_WEIGHT;
    };
  }

  /** What runs, as much heavier as it is to get less. */
  double load(long now) {
    return running / weight(now);
  }

  /** In which order backends are turned to; the last is left out altogether. */
  enum Tier {
    OWN,
    /** Only while there is nothing of the endpoint's own. */
    BRIDGE,
    /** Better than none. */
    EJECTED,
    OUT_OF_REACH
  }

  /** The same process at the same address, whenever it was heard of. */
  boolean is(Backend other) {
    return backend.address().equals(other.address()) && backend.instance().equals(other.instance());
  }

  Tier tier(long now) {
    if (!breaker.isReachable()) {
      return Tier.OUT_OF_REACH;
    }
    if (breaker.isOpen() && !breaker.isDue(now)) {
      return Tier.EJECTED;
    }
    return backend.isBridge() ? Tier.BRIDGE : Tier.OWN;
  }
}
