package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;

/** The right to send one request to one backend; given back to the gate exactly once. */
public final class Lease {
  private final Slot slot;
  private final Backend backend;
  private final boolean trial;
  private final boolean elsewhere;
  private boolean connected;
  private boolean returned;

  Lease(Slot slot, boolean trial) {
    this(slot, trial, false);
  }

  private Lease(Slot slot, boolean trial, boolean elsewhere) {
    this.slot = slot;
    this.elsewhere = elsewhere;
    this.backend = slot.backend;
    this.trial = trial;
  }

  /** To an activator that has a gate of its own: none of ours counts it. */
  public static Lease elsewhere(Backend activator) {
    return new Lease(new Slot(activator, activator.since()), false, true);
  }

  public boolean isElsewhere() {
    return elsewhere;
  }

  public Backend backend() {
    return backend;
  }

  /** There is a connection to its backend: whatever comes of the request, that one lives. */
  public synchronized void connect() {
    connected = true;
  }

  public synchronized boolean isConnected() {
    return connected;
  }

  Slot slot() {
    return slot;
  }

  /** It decides whether a backend that was left out is sent to again. */
  boolean isTrial() {
    return trial;
  }

  /** True the first time. */
  public synchronized boolean giveBack() {
    boolean first = !returned;
    returned = true;
    return first;
  }
}
