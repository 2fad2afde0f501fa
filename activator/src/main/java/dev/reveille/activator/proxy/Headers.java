package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which header fields pass (RFC 9110, 7.6.1: hop-by-hop fields do not). */
final class Headers {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> OURS =
      Set.of(
          "content-length", // said anew with the body
          "expect", // answered here
          "forwarded",
          "trailer", // those of a request do not pass
          "x-real-ip",
          "x-request-id");
  private static final Set<String> NEVER_TRAILERS = Set.of("content-length", "host", "trailer");
  private static final String PREFIX = "x-reveille-";
  private static final String PROXIES_PREFIX = "x-forwarded-";
  private static final Set<String> NOT_TO_CLIENTS =
      Set.of(
          "x-request-id",
          Wire.UNEXECUTED.toLowerCase(Locale.ROOT),
          Wire.VERSION.toLowerCase(Locale.ROOT), // ours to say
          ColdPath.COLD_START.toLowerCase(Locale.ROOT));
  private static final String HOST = "host";

  /** Who the client is says the activator that it called. */
  private static final List<String> FORWARDED =
      List.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host");

  private Headers() {}

  /**
   * The head of a request as the backend sees it.
   *
   * @param instance empty for servers that are not ours
   * @param waitedMillis for a replica; what the caller has left is less by that
   */
  static void send(Call call, HttpClientRequest to, String instance, long waitedMillis) {
    HttpServerRequest from = call.request();
    toBackend(from.headers(), to.headers());
    to.putHeader(Wire.REQUEST_ID, call.id());
    to.putHeader("X-Forwarded-For", from.remoteAddress().hostAddress());
    to.putHeader("X-Forwarded-Proto", "http");
    name(from, to);
    if (call.relayed()) {
      FORWARDED.forEach(field -> to.putHeader(field, from.headers().getAll(field)));
    }
    if (!instance.isEmpty()) {
      to.putHeader(Wire.INSTANCE, instance);
    }
    switch (call.kind()) {
      case PLAIN -> {}
      case GRPC -> {
        to.putHeader("TE", "trailers"); // some servers insist on it
        String timeout = from.getHeader(Grpc.TIMEOUT);
        if (timeout != null) {
          to.putHeader(Grpc.TIMEOUT, Grpc.left(timeout, waitedMillis));
        }
      }
      case WEBSOCKET -> to.putHeader("Connection", "Upgrade").putHeader("Upgrade", "websocket");
    }
  }

  /** Whom the client called: Host in HTTP/1.1, :authority in HTTP/2. */
  private static void name(HttpServerRequest from, HttpClientRequest to) {
    String host = from.getHeader(HOST);
    boolean oneToOne = host != null && to.version() != HttpVersion.HTTP_2;
    if (oneToOne) {
      to.putHeader("X-Forwarded-Host", host);
      return;
    }
    to.headers().remove(HOST);
    HostAndPort authority = from.authority();
    if (authority != null) {
      to.authority(authority);
      to.putHeader("X-Forwarded-Host", authority.toString());
    }
  }

  /** The host that the client called; null when it named none. */
  static @Nullable String host(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      return request.getHeader(HOST);
    }
    HostAndPort authority = request.authority();
    return authority == null ? null : authority.host();
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

  /** What a backend said in a head that is not written; what is ours to say stays. */
  static void takeBack(HttpServerResponse response) {
    String id = response.headers().get(Wire.REQUEST_ID);
    String version = response.headers().get(Wire.VERSION);
    response.headers().clear();
    response.setChunked(false);
    if (id != null) {
      response.putHeader(Wire.REQUEST_ID, id);
    }
    if (version != null) {
      response.putHeader(Wire.VERSION, version);
    }
  }

  /** The head of the answer that makes the connection a WebSocket. */
  static void switchProtocols(HttpClientResponse from, HttpServerResponse response) {
    response.setStatusCode(from.statusCode());
    toClient(from.headers(), response.headers());
    response.headers().remove("Content-Length");
    response.putHeader("Connection", "Upgrade").putHeader("Upgrade", "websocket");
  }

  /** Copies what may follow a body (RFC 9110, 6.5.1). */
  static void trailers(MultiMap from, MultiMap to) {
    for (Map.Entry<String, String> field : from) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (passesToClient(name) && !NEVER_TRAILERS.contains(name)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  /** Copies what a backend may see. */
  static void toBackend(MultiMap from, MultiMap to) {
    Set<String> nominated = nominated(from);
    for (Map.Entry<String, String> field : from) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (passesToBackend(name) && !nominated.contains(name)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  private static boolean passesToBackend(String name) {
    String read = name.replace('_', '-'); // as CGI and its heirs do
    return !HOP_BY_HOP.contains(read)
        && !OURS.contains(read)
        && !read.startsWith(PREFIX)
        && !read.startsWith(PROXIES_PREFIX);
  }

  /** Copies what a client may see. */
  static void toClient(MultiMap from, MultiMap to) {
    Set<String> nominated = nominated(from);
    for (Map.Entry<String, String> field : from) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (passesToClient(name) && !nominated.contains(name)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  private static boolean passesToClient(String name) {
    return !HOP_BY_HOP.contains(name) && !NOT_TO_CLIENTS.contains(name);
  }

  private static boolean nominatesNothing(String connection) {
    return connection.equalsIgnoreCase("keep-alive")
        || connection.equalsIgnoreCase("close")
        || connection.equalsIgnoreCase("upgrade");
  }

  private static Set<String> nominated(MultiMap from) {
    List<String> all = from.getAll("Connection");
    if (all.isEmpty() || (all.size() == 1 && nominatesNothing(all.getFirst()))) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : all) {
      for (String name : value.split(",", -1)) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
