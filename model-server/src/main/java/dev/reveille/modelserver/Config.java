package dev.reveille.modelserver;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the environment says; parsed once, every problem named. An empty string means absent.
 *
 * @param port where to listen; 0: any free port
 * @param helloUrl where to say hello; empty: nobody to greet
 * @param source where the model is
 * @param threads threads of one inference
 * @param maxBodyBytes the largest request body
 */
public record Config(
    int port,
    String helloUrl,
    Source source,
    Identity identity,
    String modelName,
    String modelVersion,
    int threads,
    int maxBodyBytes) {

  /** Where the model is: exactly one of url and path is not empty. */
  public record Source(String url, String path, String digest) {}

  /** What this pod was made for, and the key that proves it. */
  public record Identity(String endpointUid, String revision, String modelId, String key) {}

  /** A configuration that cannot be started with. */
  public static final class BadConfig extends Exception {
    private static final long serialVersionUID = 1L;

    BadConfig(List<String> problems) {
      super(String.join("; ", problems));
    }
  }

  /** Reads {@code env}; {@code processors} is the default of the threads. */
  public static Config parse(Map<String, String> env, int processors) throws BadConfig {
    Reader read = new Reader(env, new ArrayList<>());
    Config config =
        new Config(
            read.number(Wire.PORT_ENV, Wire.PORT, 0, 65535),
            read.url(Wire.HELLO_URL_ENV),
            read.source(),
            new Identity(
                read.text(Wire.ENDPOINT_UID_ENV, ""),
                read.text(Wire.REVISION_ENV, ""),
                read.text(Wire.MODEL_ID_ENV, ""),
                read.text(Wire.KEY_ENV, "")),
            read.text(Wire.MODEL_NAME_ENV, "model"),
            read.text(Wire.MODEL_VERSION_ENV, "1"),
            read.number(Wire.THREADS_ENV, processors, 1, 1024),
            read.number(Wire.MAX_BODY_BYTES_ENV, 8 << 20, 1, Integer.MAX_VALUE));
    if (!read.problems.isEmpty()) {
      throw new BadConfig(read.problems);
    }
    return config;
  }

  /**
   * Reads variables and keeps what is wrong with them. No regular expressions: they start slowly.
   */
  private record Reader(Map<String, String> env, List<String> problems) {

    String text(String name, String absent) {
      String value = env.get(name);
      return value == null || value.isEmpty() ? absent : value;
    }

    Source source() {
      Source source =
          new Source(
              url(Wire.MODEL_URL_ENV),
              text(Wire.MODEL_PATH_ENV, ""),
              text(Wire.MODEL_DIGEST_ENV, "").toLowerCase(Locale.ROOT));
      if (source.url().isEmpty() == source.path().isEmpty()) {
        problems.add(
            "set exactly one of " + Wire.MODEL_URL_ENV + " (http://…) and " + Wire.MODEL_PATH_ENV);
      }
      if (!source.digest().isEmpty() && !isDigest(source.digest())) {
        problems.add(
            Wire.MODEL_DIGEST_ENV + " is sha256: and 64 hex digits, not '" + source.digest() + "'");
      }
      return source;
    }

    /** A plain http URL with a host. */
    String url(String name) {
      String url = text(name, "");
      try {
        URI uri = new URI(url);
        if (url.isEmpty() || ("http".equals(uri.getScheme()) && uri.getHost() != null)) {
          return url;
        }
      } catch (URISyntaxException e) {
        // named below, with the value
      }
      problems.add(name + " is http://HOST:PORT/PATH, not '" + url + "'");
      return url;
    }

    private static boolean isDigest(String text) {
      boolean fits = text.startsWith("sha256:") && text.length() == 71;
      for (int i = 7; fits && i < text.length(); i++) {
        fits = Character.digit(text.charAt(i), 16) >= 0;
      }
      return fits;
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
}
