package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;

/** The right to send one request to one backend; given back to the gate exactly once. */
public final class Lease {
  private final Backend backend;
  private boolean returned;

  Lease(Backend backend) {
    this.backend = backend;
  }

  public Backend backend() {
    return backend;
  }

  /** True the first time; guarded by the gate's lock. */
  boolean giveBack() {
    boolean first = !returned;
    returned = true;
    return first;
  }
}
