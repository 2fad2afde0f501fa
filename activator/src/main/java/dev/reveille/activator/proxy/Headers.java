package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import io.vertx.core.MultiMap;
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
          && !name.equals(UNEXECUTED)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

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
