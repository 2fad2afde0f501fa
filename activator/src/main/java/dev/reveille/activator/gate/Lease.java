package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;

/** The right to send one request to one backend; given back to the gate exactly once. */
public final class Lease {
  private final Slot slot;
  private final Backend backend;
  private final boolean trial;
  private boolean returned;

  Lease(Slot slot, boolean trial) {
    this.slot = slot;
    this.backend = slot.backend;
    this.trial = trial;
  }

  public Backend backend() {
    return backend;
  }

  Slot slot() {
    return slot;
  }

  /** It decides whether a backend that was left out is sent to again. */
  boolean isTrial() {
    return trial;
  }

  /** True the first time; guarded by the gate's lock. */
  boolean giveBack() {
    boolean first = !returned;
    returned = true;
    return first;
  }
}
