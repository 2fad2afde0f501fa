package dev.reveille.activator.proxy;

import dev.reveille.activator.entrance.Scrutiny;
import dev.reveille.activator.gate.Refusal;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent, and where it is to go.
 *
 * @param uri path and query as the backend sees them
 * @param id the request's id
 * @param relayed by another activator, which the client called
 */
record Call(HttpServerRequest request, String uri, String id, Kind kind, boolean relayed) {
  private static final String GRPC = "application/grpc";
  private static final String WEBSOCKET = "websocket";

  /** What is asked for beyond an answer. */
  enum Kind {
    PLAIN,
    /** gRPC over HTTP/2: refusals and deadlines are said its way. */
    GRPC,
    /** An HTTP/1.1 connection that is to become a WebSocket (RFC 6455). */
    WEBSOCKET
  }

  static Call of(HttpServerRequest request, String uri, String id, boolean relayed) {
    return new Call(request, uri, id, kind(request), relayed);
  }

  private static Kind kind(HttpServerRequest request) {
    if (isGrpc(request)) {
      return Kind.GRPC;
    }
    return asksForWebSocket(request) ? Kind.WEBSOCKET : Kind.PLAIN;
  }

  /** gRPC proper; gRPC-Web is plain HTTP. */
  static boolean isGrpc(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      return false;
    }
    String type = request.getHeader("Content-Type");
    return type != null
        && type.startsWith(GRPC)
        && (type.length() == GRPC.length() || "+;".indexOf(type.charAt(GRPC.length())) >= 0);
  }

  /** Any other upgrade is none, nor is one with a body: what follows it is not for us to guess. */
  private static boolean asksForWebSocket(HttpServerRequest request) {
    String upgrade = request.getHeader("Upgrade");
    return upgrade != null
        && upgrade.strip().equalsIgnoreCase(WEBSOCKET)
        && request.version() == HttpVersion.HTTP_1_1
        && request.method().equals(HttpMethod.GET)
        && asksToUpgrade(request.getHeader("Connection"))
        && request.getHeader("Content-Length") == null
        && request.getHeader("Transfer-Encoding") == null;
  }

  private static boolean asksToUpgrade(@Nullable String connection) {
    boolean upgrade = false;
    for (String option : connection == null ? new String[0] : connection.split(",", -1)) {
      switch (option.strip().toLowerCase(Locale.ROOT)) {
        case "upgrade" -> upgrade = true;
        case "close" -> {
          return false;
        }
        default -> {}
      }
    }
    return upgrade;
  }

  /** Path and query as the client asked for them. */
  String asked() {
    return switch (Scrutiny.of(request)) {
      case Scrutiny.Outcome.Sound(String target) -> target;
      case Scrutiny.Outcome.Unsound(Refusal why) -> throw new IllegalStateException(why.message());
    };
  }

  boolean isHttp2() {
    return request.version() == HttpVersion.HTTP_2;
  }
}
