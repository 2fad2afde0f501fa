package dev.reveille.activator;

import java.nio.file.InvalidPathException;
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
 */
public record Config(
    String namespace,
    String pod,
    int dataPort,
    int internalPort,
    Duration drain,
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
    Reading reading = new Reading(env);
    Config config =
        new Config(
            reading.required("REVEILLE_NAMESPACE"),
            reading.required("POD_NAME"),
            (int) reading.number("REVEILLE_PORT", Wire.DATA_PORT, 0, 65535),
            (int) reading.number("REVEILLE_INTERNAL_PORT", Wire.INTERNAL_PORT, 0, 65535),
            Duration.ofSeconds(reading.number("REVEILLE_DRAIN_SECONDS", 3, 0, 600)),
            new DepotConfig(
                reading.path("REVEILLE_DEPOT_DIR", "/depot"),
                reading.number("REVEILLE_DEPOT_MAX_BYTES", 10L << 30, 1, Long.MAX_VALUE),
                reading.number("REVEILLE_MAX_MODEL_BYTES", 2L << 30, 1, Long.MAX_VALUE),
                reading.flag("REVEILLE_ALLOW_PRIVATE_SOURCES")));
    if (config.depot().maxModelBytes() > config.depot().maxBytes()) {
      reading.problems.add("REVEILLE_MAX_MODEL_BYTES is above REVEILLE_DEPOT_MAX_BYTES");
    }
    if (!reading.problems.isEmpty()) {
      throw new BadConfig(reading.problems);
    }
    return config;
  }

  /** Values of the environment, and what is wrong with them. */
  private record Reading(Map<String, String> env, List<String> problems) {
    Reading(Map<String, String> env) {
      this(env, new ArrayList<>());
    }

    private String text(String name, String absent) {
      String value = env.get(name);
      return value == null || value.isEmpty() ? absent : value;
    }

    String required(String name) {
      String value = text(name, "");
      if (value.isEmpty()) {
        problems.add(name + " is not set");
      }
      return value;
    }

    Path path(String name, String absent) {
      String value = text(name, absent);
      try {
        return Path.of(value);
      } catch (InvalidPathException e) {
        problems.add(name + " is not a path: '" + value + "'");
        return Path.of(absent);
      }
    }

    boolean flag(String name) {
      String value = text(name, "false");
      if (!value.equals("true") && !value.equals("false")) {
        problems.add(name + " is true or false, not '" + value + "'");
      }
      return value.equals("true");
    }

    long number(String name, long absent, long least, long most) {
      String value = text(name, String.valueOf(absent));
      try {
        long number = Long.parseLong(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // named below, with the value
      }
      problems.add(
          name + " is a whole number from " + least + " to " + most + ", not '" + value + "'");
      return absent;
    }
  }
}
