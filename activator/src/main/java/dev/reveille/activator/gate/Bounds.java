package dev.reveille.activator.gate;

import dev.reveille.crds.InferenceEndpointSpec;

/**
 * How much may wait at a gate, and run beyond it.
 *
 * @param perBackend requests that one backend gets at once; 0: as many as come
 */
public record Bounds(int maxQueued, long maxQueuedBytes, int perBackend) {
  /**
   * Of our model server, which runs a few at a time and lets no more wait than all activators send:
   * what waits here can go to the next replica.
   */
  private static final int OF_MODEL_SERVER = 128;

  /** Of a server that we know nothing of; there is a connection for each. */
  private static final int OF_CONTAINER = 4096;

  public static Bounds of(InferenceEndpointSpec spec) {
    return new Bounds(
        spec.activation().maxQueued(), spec.activation().queuedBytes(), perBackend(spec));
  }

  private static int perBackend(InferenceEndpointSpec spec) {
    int limit = spec.scaling().containerConcurrency();
    if (limit > 0) {
      return limit;
    }
    return spec.container() == null ? OF_MODEL_SERVER : OF_CONTAINER;
  }
}
