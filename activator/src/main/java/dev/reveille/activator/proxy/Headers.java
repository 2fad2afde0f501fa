package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which header fields pass (RFC 9110, 7.6.1: hop-by-hop fields do not). */
final class Headers {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> OURS =
      Set.of(
          "content-length", // said anew with the body
          "expect", // answered here
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-request-id");
  private static final String PREFIX = "x-reveille-";

  private Headers() {}

  /**
   * The head of a request as the backend sees it; {@code instance} is empty for servers not ours.
   */
  static void send(HttpServerRequest from, HttpClientRequest to, String id, String instance) {
    toBackend(from.headers(), to.headers());
    to.putHeader(Wire.REQUEST_ID, id);
    to.putHeader("X-Forwarded-For", from.remoteAddress().hostAddress());
    to.putHeader("X-Forwarded-Proto", "http");
    String host = from.getHeader("Host");
    if (host != null) {
      to.putHeader("X-Forwarded-Host", host);
    }
    if (!instance.isEmpty()) {
      to.putHeader(Wire.INSTANCE, instance);
    }
  }

  /** The head of an answer as the client sees it, framed for its body. */
  static void frame(
      HttpServerRequest request, HttpClientResponse from, HttpServerResponse response) {
    response.setStatusCode(from.statusCode());
    toClient(from.headers(), response.headers());
    boolean bodiless =
        from.statusCode() == 204
            || from.statusCode() == 304
            || HttpMethod.HEAD.equals(request.method());
    if (!bodiless && from.getHeader("Content-Length") == null) {
      response.setChunked(true);
    }
  }

  /** Copies what a backend may see. */
  static void toBackend(MultiMap from, MultiMap to) {
    Set<String> nominated = nominated(from);
    for (Map.Entry<String, String> field : from) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name)
          && !OURS.contains(name)
          && !name.startsWith(PREFIX)
          && !nominated.contains(name)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  /** Copies what a client may see. */
  static void toClient(MultiMap from, MultiMap to) {
    Set<String> nominated = nominated(from);
    for (Map.Entry<String, String> field : from) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name)
          && !nominated.contains(name)
          && !name.equals("x-request-id")
          && !name.equals(VERSION)
          && !name.equals(UNEXECUTED)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  private static final String VERSION = Wire.VERSION.toLowerCase(Locale.ROOT); // ours to say
  private static final String UNEXECUTED = Wire.UNEXECUTED.toLowerCase(Locale.ROOT);

  private static Set<String> nominated(MultiMap from) {
    String connection = from.get("Connection");
    if (connection == null
        || connection.equalsIgnoreCase("keep-alive")
        || connection.equalsIgnoreCase("close")) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : from.getAll("Connection")) {
      for (String name : value.split(",", -1)) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
