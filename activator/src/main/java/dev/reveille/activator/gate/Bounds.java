package dev.reveille.activator.gate;

import dev.reveille.crds.ActivationSpec;

/** How much may wait at a gate. */
public record Bounds(int maxQueued, long maxQueuedBytes) {
  public static Bounds of(ActivationSpec spec) {
    return new Bounds(spec.maxQueued(), spec.queuedBytes());
  }
}
