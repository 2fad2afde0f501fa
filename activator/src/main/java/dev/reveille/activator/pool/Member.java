package dev.reveille.activator.pool;

import dev.reveille.activator.route.Rendezvous;

/**
 * A pod of a warm pool that said it is free.
 *
 * @param claimKey what a claim must show
 * @param heard when it said so last, on the monotonic clock
 */
public record Member(
    PoolName pool,
    String revision,
    String instance,
    String host,
    int port,
    String claimKey,
    long heard) {

  /**
   * Where this pod stands in the order in which an endpoint asks for pods: every activator has the
   * same, so that two that wake one endpoint ask the same pod first.
   */
  long rank(String endpointUid) {
    return Rendezvous.rank(endpointUid, instance);
  }
}
