package dev.reveille.activator.pool;

/**
 * A pod of a warm pool that said it is free.
 *
 * @param claimKey what a claim must show
 * @param heard when it said so last, on the monotonic clock
 */
record Member(
    PoolName pool,
    String revision,
    String instance,
    String host,
    int port,
    String claimKey,
    long heard) {

  /**
   * Where this pod stands in the order in which an endpoint asks for pods: every activator has the
   * same (rendezvous hashing), so that two that wake one endpoint ask the same pod first.
   */
  long rank(String endpointUid) {
    long mixed = endpointUid.hashCode() * 0x9E3779B97F4A7C15L ^ instance.hashCode();
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L; // the finalizer of SplitMix64
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
