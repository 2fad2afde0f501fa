package dev.reveille.activator.proxy;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.Set;

/**
 * Which clients can be made to wait with their bodies. HTTP/1.1 by TCP, HTTP/2 by its windows; but
 * the first request of a connection that came by {@code Upgrade: h2c} still sends its body as
 * HTTP/1.1, and Vert.x keeps whatever comes. Such a connection has not said its settings yet, which
 * one with prior knowledge does first of all. One event loop's.
 */
public final class Paced {
  private final Set<HttpConnection> settled = new HashSet<>();

  /** A new connection. */
  public void watch(HttpConnection connection) {
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      connection.remoteSettingsHandler(settings -> settled.add(connection));
      connection.closeHandler(closed -> settled.remove(connection));
    }
  }

  boolean isPaced(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_2 || settled.contains(request.connection());
  }
}
