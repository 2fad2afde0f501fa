package dev.reveille.activator.entrance;

import dev.reveille.activator.gate.Refusal;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request says of itself, in either version of HTTP, must be one thing. Pure. */
public final class Scrutiny {
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  private Scrutiny() {}

  /** What came of it. */
  public sealed interface Outcome {
    /**
     * @param uri path and query
     */
    record Sound(String uri) implements Outcome {}

    /** It is not let in. */
    record Unsound(Refusal why) implements Outcome {}
  }

  public static Outcome of(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 ? http2(request) : http1(request);
  }

  private static Outcome unsound(String message) {
    return new Outcome.Unsound(Refusal.badRequest(message));
  }

  private static Outcome http1(HttpServerRequest request) {
    String host = request.getHeader("Host");
    return isHost(host)
        ? target(request.method(), request.uri(), host)
        : unsound("Host is no host, by name or address, with or without a port");
  }

  /** Nobody's name is one: what is asked for is said by the path then. */
  private static boolean isHost(@Nullable String host) {
    return host == null || host.isEmpty() || Characters.isAuthority(host);
  }

  private static Outcome http2(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority != null && !isHost(authority.toString())) {
      return unsound(":authority is no host, by name or address, with or without a port");
    }
    if (!Characters.isToken(request.method().name())) {
      return unsound(":method is no method");
    }
    List<String> lengths = request.headers().getAll("content-length");
    if (lengths.size() > 1 || !lengths.stream().allMatch(Scrutiny::isLength)) {
      return unsound("content-length is one number of bytes");
    }
    for (Map.Entry<String, String> field : request.headers()) {
      if (!Characters.isToken(field.getKey()) || !Characters.isValue(field.getValue())) {
        return unsound("a header field has characters that it cannot have");
      }
    }
    return target(request.method(), request.uri(), null);
  }

  private static boolean isLength(String text) {
    return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(Characters::isDigit);
  }

  private static Outcome target(HttpMethod method, String uri, @Nullable String host) {
    if (!Characters.isTarget(uri)) {
      return unsound("a request's target has no spaces and nothing but printed ASCII");
    }
    if (uri.startsWith("/") || (uri.equals("*") && method.equals(HttpMethod.OPTIONS))) {
      return new Outcome.Sound(uri);
    }
    String rest = afterScheme(uri);
    if (rest == null) {
      return unsound("a request's target is a path, or an http URL");
    }
    int path = 0;
    while (path < rest.length() && rest.charAt(path) != '/' && rest.charAt(path) != '?') {
      path++;
    }
    String authority = rest.substring(0, path);
    if (!Characters.isAuthority(authority) || !authority.equalsIgnoreCase(host)) {
      return unsound("the URL in a request's first line is of another host than Host");
    }
    String left = rest.substring(path);
    return new Outcome.Sound(left.startsWith("/") ? left : "/" + left);
  }

  private static @Nullable String afterScheme(String uri) {
    for (String scheme : List.of(HTTP, HTTPS)) {
      if (uri.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return uri.substring(scheme.length());
      }
    }
    return null;
  }
}
