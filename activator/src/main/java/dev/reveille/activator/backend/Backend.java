package dev.reveille.activator.backend;

import dev.reveille.activator.Wire;

/**
 * An address that can serve an endpoint now.
 *
 * @param instance the pod's own word for itself, sent along with each request; empty for servers
 *     that are not ours
 * @param since when we learned of it, on the monotonic clock
 */
public record Backend(
    String endpointUid, String instance, String host, int port, String revision, long since) {
  /** A pod of a warm pool, which serves until the endpoint has a replica of its own. */
  public boolean isBridge() {
    return revision.startsWith(Wire.BRIDGE_REVISION);
  }

  public String address() {
    return host + ":" + port;
  }
}
