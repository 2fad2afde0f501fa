package dev.reveille.activator.backend;

/**
 * An address that can serve an endpoint now.
 *
 * @param instance the pod's own word for itself, sent along with each request; empty for servers
 *     that are not ours
 * @param since when we learned of it, on the monotonic clock
 */
public record Backend(
    String endpointUid, String instance, String host, int port, String revision, long since) {
  public String address() {
    return host + ":" + port;
  }
}
