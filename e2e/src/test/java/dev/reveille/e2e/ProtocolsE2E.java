package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Protocols;
import dev.reveille.e2e.kit.Sandbox;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each protocol wakes a server that speaks it, called by its name inside the cluster. */
class ProtocolsE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("protocols");

  private static Protocols caller;
  private static Endpoint http;
  private static Endpoint h2c;
  private static Endpoint grpc;

  @BeforeAll
  static void apply() {
    http = Protocols.server(SANDBOX, "http", "http").apply();
    h2c = Protocols.server(SANDBOX, "h2c", "http").with("container.protocol", "h2c").apply();
    grpc =
        Protocols.server(SANDBOX, "grpc", "grpc")
            .with("container.protocol", "h2c")
            .with("container.readinessPath", "/grpc.health.v1.Health/Check")
            .apply();
    caller = Protocols.in(SANDBOX);
  }

  @Test
  void grpcStreamsWakeAndGoBothWays() {
    grpc.awaitAsleep();
    assertEquals("re: 99", caller.call("chat", grpc));
    assertEquals("you said hello", caller.call("unary", grpc));
    assertEquals("999", caller.call("count", grpc));
    assertEquals("5000000", caller.call("sum", grpc));
    grpc.awaitAsleep();
    assertEquals("you said hello", caller.call("unary", grpc));
  }

  @Test
  void aWebSocketWakesAndKeepsItsEndpointAwakeWhileItIsSilent() {
    http.awaitAsleep();
    assertEquals("12 messages", caller.call("websocket", http));
    http.awaitAsleep();
    assertEquals("0 1 2 3 4", caller.call("events", http), "events, each when it was sent");
  }

  @Test
  void http2WakesAndItsTrailersPass() {
    h2c.awaitAsleep();
    assertEquals(
        "HTTP/2.0 to us, HTTP/2.0 to the server, host h2c.%s, trailer 1000000"
            .formatted(SANDBOX.namespace()),
        caller.call("h2c", h2c));
    assertEquals("0 1 2 3 4", caller.call("events", h2c));
    http.awaitAsleep();
    assertEquals(
        "HTTP/2.0 to us, HTTP/1.1 to the server, host http.%s, trailer 1000000"
            .formatted(SANDBOX.namespace()),
        caller.call("h2c", http));
  }
}
