package dev.reveille.activator.gate;

import dev.reveille.crds.InferenceEndpointSpec;

/**
 * How much may wait at a gate, and run beyond it.
 *
 * @param perBackend requests that one backend gets at once; 0: as many as come
 */
public record Bounds(int maxQueued, long maxQueuedBytes, int perBackend) {
  public static Bounds of(InferenceEndpointSpec spec) {
    return new Bounds(
        spec.activation().maxQueued(),
        spec.activation().queuedBytes(),
        spec.scaling().containerConcurrency());
  }
}
