package dev.reveille.activator.route;

import dev.reveille.activator.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Reads the endpoint from the path (/namespaces/NS/endpoints/NAME/…) or else from the host
 * (NAME.NS, NAME.NS.svc, NAME.NS.svc.cluster.local; the port is ignored). Of the paths below
 * /reveille/v1 there is one: /reveille/v1/namespaces/NS/endpoints/NAME/wake.
 */
public final class Router {
  private static final String NAMESPACES = "/namespaces/";
  private static final String ENDPOINTS = "/endpoints/";
  private static final String WAKE = "/wake";

  private Router() {}

  /**
   * @param host the Host header; null without one
   * @param uri path and query as received
   */
  public static Route route(@Nullable String host, String uri) {
    if (uri.startsWith(Wire.WAKE_PATH)) {
      return wake(byPath(uri.substring(Wire.WAKE_PATH.length() - NAMESPACES.length())));
    }
    Route byPath = byPath(uri);
    return byPath instanceof Route.Nowhere && host != null ? byHost(host, uri) : byPath;
  }

  private static Route wake(Route route) {
    return route instanceof Route.ToEndpoint(String namespace, String name, String uri)
            && (uri.equals(WAKE) || uri.startsWith(WAKE + "?"))
        ? new Route.ToWake(namespace, name)
        : new Route.Nowhere();
  }

  private static Route byPath(String uri) {
    if (!uri.startsWith(NAMESPACES)) {
      return new Route.Nowhere();
    }
    int namespaceEnd = uri.indexOf('/', NAMESPACES.length());
    if (namespaceEnd < 0 || !uri.startsWith(ENDPOINTS, namespaceEnd)) {
      return new Route.Nowhere();
    }
    int nameFrom = namespaceEnd + ENDPOINTS.length();
    int nameEnd = nameFrom;
    while (nameEnd < uri.length() && uri.charAt(nameEnd) != '/' && uri.charAt(nameEnd) != '?') {
      nameEnd++;
    }
    String rest = uri.substring(nameEnd);
    return endpoint(
        uri.substring(NAMESPACES.length(), namespaceEnd),
        uri.substring(nameFrom, nameEnd),
        rest.startsWith("/") ? rest : "/" + rest);
  }

  private static Route byHost(String host, String uri) {
    int dot = host.indexOf('.');
    if (dot < 0) {
      return new Route.Nowhere();
    }
    int end = dot + 1;
    while (end < host.length() && host.charAt(end) != '.' && host.charAt(end) != ':') {
      end++;
    }
    boolean fits =
        end == host.length() || host.charAt(end) == ':' || isService(host.substring(end + 1));
    return fits
        ? endpoint(lower(host.substring(dot + 1, end)), lower(host.substring(0, dot)), uri)
        : new Route.Nowhere();
  }

  private static boolean isService(String rest) {
    return rest.length() >= 3
        && rest.regionMatches(true, 0, "svc", 0, 3)
        && (rest.length() == 3 || rest.charAt(3) == '.' || rest.charAt(3) == ':');
  }

  private static String lower(String text) {
    return text.toLowerCase(java.util.Locale.ROOT);
  }

  private static Route endpoint(String namespace, String name, String uri) {
    return namespace.isEmpty() || name.isEmpty()
        ? new Route.Nowhere()
        : new Route.ToEndpoint(namespace, name, uri);
  }
}
