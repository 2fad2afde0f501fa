package dev.reveille.modelserver;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/**
 * What the environment says; parsed once, every problem named. An empty string means absent.
 *
 * @param port where to listen; 0: any free port
 * @param helloUrls where to say hello, in this order until one takes it; none: nobody to greet
 * @param source where the model is
 * @param threads threads of one inference
 * @param maxBodyBytes the largest request body
 */
public record Config(
    int port,
    List<String> helloUrls,
    Source source,
    Identity identity,
    String modelName,
    String modelVersion,
    int threads,
    int maxBodyBytes) {
  public static final int MOST_THREADS = 1024;

  /**
   * Where the model is: at one of these addresses, tried in turn, or at this path; the other of the
   * two is empty.
   */
  public record Source(List<String> urls, String path, String digest) {}

  /** What this pod was made for, and the key that proves it. */
  public record Identity(String endpointUid, String revision, String modelId, String key) {
    /** What it shows the activator. */
    public Map<String, String> headers() {
      return Map.of(
          "Authorization", "Bearer " + key, Wire.ENDPOINT, endpointUid, Wire.REVISION, revision);
    }
  }

  /** A configuration that cannot be started with. */
  public static final class BadConfig extends Exception {
    private static final long serialVersionUID = 1L;

    BadConfig(List<String> problems) {
      super(String.join("; ", problems));
    }
  }

  /** Reads {@code env}; {@code processors} is the default of the threads. */
  public static Config parse(Map<String, String> env, int processors) throws BadConfig {
    Environment read = new Environment(env);
    String helloUrl = read.url(Wire.HELLO_URL_ENV);
    Config config =
        new Config(
            read.number(Wire.PORT_ENV, Wire.PORT, 0, 65535),
            helloUrl.isEmpty() ? List.of() : List.of(helloUrl),
            source(read),
            new Identity(
                read.text(Wire.ENDPOINT_UID_ENV, ""),
                read.text(Wire.REVISION_ENV, ""),
                read.text(Wire.MODEL_ID_ENV, ""),
                read.text(Wire.KEY_ENV, "")),
            read.text(Wire.MODEL_NAME_ENV, "model"),
            read.text(Wire.MODEL_VERSION_ENV, "1"),
            read.number(Wire.THREADS_ENV, processors, 1, MOST_THREADS),
            read.number(Wire.MAX_BODY_BYTES_ENV, 8 << 20, 1, Integer.MAX_VALUE));
    read.throwProblems();
    return config;
  }

  private static Source source(Environment read) {
    String url = read.url(Wire.MODEL_URL_ENV);
    Source source =
        new Source(
            url.isEmpty() ? List.of() : List.of(url),
            read.text(Wire.MODEL_PATH_ENV, ""),
            read.digest(Wire.MODEL_DIGEST_ENV));
    if (url.isEmpty() == source.path().isEmpty()) {
      read.problem(
          "set exactly one of " + Wire.MODEL_URL_ENV + " (http://…) and " + Wire.MODEL_PATH_ENV);
    }
    return source;
  }

  /** Whether it is a plain http URL with a host. */
  public static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return "http".equals(uri.getScheme()) && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Whether it is {@code sha256:HEX}. */
  public static boolean isDigest(String text) {
    boolean fits = text.startsWith("sha256:") && text.length() == 71;
    for (int i = 7; fits && i < text.length(); i++) {
      fits = Character.digit(text.charAt(i), 16) >= 0;
    }
    return fits;
  }
}
