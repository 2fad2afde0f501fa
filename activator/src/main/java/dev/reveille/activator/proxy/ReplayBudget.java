package dev.reveille.activator.proxy;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all requests together may keep for sending again; over it they stream without. */
public final class ReplayBudget {
  private final AtomicLong left;

  public ReplayBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
