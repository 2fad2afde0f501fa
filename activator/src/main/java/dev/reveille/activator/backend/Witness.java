package dev.reveille.activator.backend;

import dev.reveille.activator.endpoint.Endpoint;

/** What the cluster says of addresses that claim to serve an endpoint. */
public interface Witness {
  /** Whether what it says is current. */
  boolean isCurrent();

  /** A live pod that may serve as this backend has its address. */
  boolean confirms(Backend backend);

  /**
   * A pod at that address may serve the endpoint: the cluster shows one there, or one on its way
   * that has no address yet; and nobody else's pod is there.
   */
  boolean allows(Endpoint endpoint, Hello hello, String host);

  /** A newer revision's pod exists: what the one at {@code host} says of itself is history. */
  boolean superseded(String endpointUid, String host);
}
