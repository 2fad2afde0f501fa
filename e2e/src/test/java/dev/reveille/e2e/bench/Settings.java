package dev.reveille.e2e.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the environment asks for.
 *
 * @param tries cold starts of each kind
 * @param storm endpoints woken within a second
 * @param parts what is measured
 * @param nodeAddress where pods reach this program; empty when it does not run on the node
 * @param gateway where the activators answer; empty: nowhere without a port-forward
 * @param elsewhere another system to time instead
 * @param notDefault the cluster's settings that differ from the defaults, one a line
 * @param json where the figures go
 * @param svg where the picture goes
 */
record Settings(
    int tries,
    int storm,
    Set<Part> parts,
    Optional<String> nodeAddress,
    Optional<URI> gateway,
    Optional<Elsewhere> elsewhere,
    List<String> notDefault,
    Path json,
    Path svg) {

  /** What can be left out. */
  enum Part {
    FLOOR,
    ORDINARY,
    POOL,
    WARM,
    STORM
  }

  /** Names every problem. */
  static Settings parse(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    Reader reader = new Reader(environment, problems);
    Settings settings =
        new Settings(
            reader.number("N", 30, 1000),
            reader.number("STORM", 50, 100),
            reader.parts(),
            reader.text("BENCH_NODE_ADDRESS"),
            reader.text("REVEILLE_URL").map(URI::create),
            reader.elsewhere(),
            reader.text("BENCH_NOT_DEFAULT").map(String::lines).stream()
                .flatMap(lines -> lines)
                .toList(),
            Path.of(reader.text("BENCH_JSON").orElse("cold-start.json")),
            Path.of(reader.text("BENCH_SVG").orElse("cold-start.svg")));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return settings;
  }

  boolean wants(Part part) {
    return parts.contains(part);
  }

  /** Reads variables and collects what is wrong with them. */
  private record Reader(Map<String, String> environment, List<String> problems) {
    Optional<String> text(String name) {
      return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    int number(String name, int otherwise, int most) {
      String value = text(name).orElse(Integer.toString(otherwise));
      try {
        int number = Integer.parseInt(value);
        if (number >= 1 && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      problems.add(name + "=" + value + ": write a number from 1 to " + most);
      return otherwise;
    }

    Set<Part> parts() {
      Set<Part> parts = EnumSet.noneOf(Part.class);
      for (String word : text("PARTS").orElse("").strip().split("\\s+")) {
        try {
          if (!word.isEmpty()) {
            parts.add(Part.valueOf(word.toUpperCase(Locale.ROOT)));
          }
        } catch (IllegalArgumentException e) {
          problems.add("PARTS: " + word + " is none of " + Arrays.toString(Part.values()));
        }
      }
      return parts.isEmpty() ? EnumSet.allOf(Part.class) : parts;
    }

    Optional<Elsewhere> elsewhere() {
      Optional<String> url = text("BENCH_URL");
      if (url.isEmpty()) {
        return Optional.empty();
      }
      URI uri = URI.create(url.get());
      if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
        problems.add("BENCH_URL=" + url.get() + ": write http://HOST[:PORT]/PATH");
      }
      return Optional.of(
          new Elsewhere(
              uri,
              text("BENCH_HOST").orElse(uri.getAuthority()),
              Path.of(required("BENCH_BODY", "the file to post")),
              required("BENCH_SLEEP", "a command that scales it to zero and waits until it is")));
    }

    private String required(String name, String what) {
      Optional<String> value = text(name);
      if (value.isEmpty()) {
        problems.add(name + " is not set: " + what);
      }
      return value.orElse("");
    }
  }
}
