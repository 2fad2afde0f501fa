package dev.reveille.modelserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the environment says; parsed once, every problem named. An empty string means absent.
 *
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
    List<String> problems = new ArrayList<>();
    Source source =
        new Source(
            text(env, Wire.MODEL_URL_ENV, ""),
            text(env, Wire.MODEL_PATH_ENV, ""),
            text(env, Wire.MODEL_DIGEST_ENV, ""));
    if (source.url().isEmpty() == source.path().isEmpty()) {
      problems.add(
          "set exactly one of " + Wire.MODEL_URL_ENV + " (http://…) and " + Wire.MODEL_PATH_ENV);
    }
    Config config =
        new Config(
            number(env, Wire.PORT_ENV, Wire.PORT, 65535, problems),
            text(env, Wire.HELLO_URL_ENV, ""),
            source,
            new Identity(
                text(env, Wire.ENDPOINT_UID_ENV, ""),
                text(env, Wire.REVISION_ENV, ""),
                text(env, Wire.MODEL_ID_ENV, ""),
                text(env, Wire.KEY_ENV, "")),
            text(env, Wire.MODEL_NAME_ENV, "model"),
            text(env, Wire.MODEL_VERSION_ENV, "1"),
            number(env, Wire.THREADS_ENV, processors, 1024, problems),
            number(env, Wire.MAX_BODY_BYTES_ENV, 8 << 20, Integer.MAX_VALUE, problems));
    if (!problems.isEmpty()) {
      throw new BadConfig(problems);
    }
    return config;
  }

  private static String text(Map<String, String> env, String name, String absent) {
    String value = env.get(name);
    return value == null || value.isEmpty() ? absent : value;
  }

  private static int number(
      Map<String, String> env, String name, int absent, int most, List<String> problems) {
    String value = text(env, name, "");
    if (value.isEmpty()) {
      return absent;
    }
    try {
      int number = Integer.parseInt(value);
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
