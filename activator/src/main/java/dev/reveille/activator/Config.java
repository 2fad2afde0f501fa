package dev.reveille.activator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the environment says; parsed once, every problem named.
 *
 * @param namespace Reveille's own
 * @param pod this pod's name
 * @param drain how long it goes on serving after SIGTERM, at least
 * @param requestMemory bytes that requests may hold together; 0: half of the heap
 * @param clientHead what a client has for the head of a request, from its first byte
 * @param clientRead how long a client's socket may take nothing of an answer
 */
public record Config(
    String namespace,
    String pod,
    int dataPort,
    int internalPort,
    int metricsPort,
    Duration drain,
    long requestMemory,
    Duration clientHead,
    Duration clientRead,
    DepotConfig depot) {

  /**
   * The depot's bounds.
   *
   * @param maxBytes of all files together
   * @param maxModelBytes of one
   * @param allowPrivateSources sources at private, link-local and loopback addresses are fetched
   */
  public record DepotConfig(
      Path directory, long maxBytes, long maxModelBytes, boolean allowPrivateSources) {}

  /** A configuration that cannot be started with. */
  public static final class BadConfig extends Exception {
    private static final long serialVersionUID = 1L;

    BadConfig(List<String> problems) {
      super(String.join("; ", problems));
    }
  }

  public static Config parse(Map<String, String> env) throws BadConfig {
    List<String> problems = new ArrayList<>();
    String namespace = text(env, "REVEILLE_NAMESPACE", "");
    if (namespace.isEmpty()) {
      problems.add("REVEILLE_NAMESPACE is not set");
    }
    Config config =
        new Config(
            namespace,
            text(env, "POD_NAME", "activator"),
            (int) number(env, "REVEILLE_PORT", Wire.DATA_PORT, 65535, problems),
            (int) number(env, "REVEILLE_INTERNAL_PORT", Wire.INTERNAL_PORT, 65535, problems),
            (int) number(env, "REVEILLE_METRICS_PORT", Wire.METRICS_PORT, 65535, problems),
            Duration.ofSeconds(number(env, "REVEILLE_DRAIN_SECONDS", 3, 600, problems)),
            number(env, "REVEILLE_REQUEST_MEMORY_BYTES", 0, Long.MAX_VALUE, problems),
            Duration.ofSeconds(number(env, "REVEILLE_CLIENT_HEAD_SECONDS", 10, 600, problems)),
            Duration.ofSeconds(number(env, "REVEILLE_CLIENT_READ_SECONDS", 60, 600, problems)),
            new DepotConfig(
                Path.of(text(env, "REVEILLE_DEPOT_DIR", "/depot")),
                number(env, "REVEILLE_DEPOT_MAX_BYTES", 10L << 30, Long.MAX_VALUE, problems),
                number(env, "REVEILLE_MAX_MODEL_BYTES", 2L << 30, Long.MAX_VALUE, problems),
                text(env, "REVEILLE_ALLOW_PRIVATE_SOURCES", "false").equals("true")));
    if (!problems.isEmpty()) {
      throw new BadConfig(problems);
    }
    return config;
  }

  private static String text(Map<String, String> env, String name, String absent) {
    String value = env.get(name);
    return value == null || value.isEmpty() ? absent : value;
  }

  private static long number(
      Map<String, String> env, String name, long absent, long most, List<String> problems) {
    String value = text(env, name, String.valueOf(absent));
    try {
      long number = Long.parseLong(value);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // named below, with the value
    }
    problems.add(name + " is a whole number from 0 to " + most + ", not '" + value + "'");
    return absent;
  }
}
