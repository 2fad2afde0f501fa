package dev.reveille.activator.route;

/** Where a request is to go; decided without I/O. */
public sealed interface Route {
  /**
   * To an endpoint.
   *
   * @param uri path and query as the backend shall see them
   */
  record ToEndpoint(String namespace, String name, String uri) implements Route {}

  /** Nothing is to be sent to the endpoint, it is to be awake. */
  record ToWake(String namespace, String name) implements Route {}

  /** Nowhere: neither host nor path names an endpoint. */
  record Nowhere() implements Route {}
}
