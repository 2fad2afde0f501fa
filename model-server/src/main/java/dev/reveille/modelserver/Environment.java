package dev.reveille.modelserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads variables and keeps what is wrong with them. An empty string means absent. No regular
 * expressions: they start slowly.
 */
final class Environment {
  private final Map<String, String> env;
  private final List<String> problems = new ArrayList<>();

  Environment(Map<String, String> env) {
    this.env = env;
  }

  void problem(String sentence) {
    problems.add(sentence);
  }

  /** All problems at once. */
  void throwProblems() throws Config.BadConfig {
    if (!problems.isEmpty()) {
      throw new Config.BadConfig(problems);
    }
  }

  String text(String name, String absent) {
    String value = env.get(name);
    return value == null || value.isEmpty() ? absent : value;
  }

  String mandatory(String name) {
    String value = text(name, "");
    if (value.isEmpty()) {
      problems.add(name + " is missing");
    }
    return value;
  }

  /** A plain http URL with a host. */
  String url(String name) {
    String url = text(name, "");
    if (!url.isEmpty() && !Config.isUrl(url)) {
      problems.add(name + " is http://HOST:PORT/PATH, not '" + url + "'");
    }
    return url;
  }

  String digest(String name) {
    String digest = text(name, "").toLowerCase(Locale.ROOT);
    if (!digest.isEmpty() && !Config.isDigest(digest)) {
      problems.add(name + " is sha256: and 64 hex digits, not '" + digest + "'");
    }
    return digest;
  }

  int number(String name, int absent, int least, int most) {
    String value = text(name, "");
    if (value.isEmpty()) {
      return absent;
    }
    try {
      int number = Integer.parseInt(value);
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
