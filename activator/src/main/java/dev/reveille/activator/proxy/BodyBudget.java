package dev.reveille.activator.proxy;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of bodies that all requests together may hold, waiting or to be sent again. Over it bodies
 * are not read before they are forwarded, and are forwarded without a copy.
 */
public final class BodyBudget {
  private final AtomicLong left;

  public BodyBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** True when they may be held. */
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  /** They were read already and have to be held: at most one chunk a request goes over it. */
  void force(long bytes) {
    left.addAndGet(-bytes);
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }

  boolean isExhausted() {
    return left.get() <= 0;
  }
}
