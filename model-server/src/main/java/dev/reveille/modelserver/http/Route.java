package dev.reveille.modelserver.http;

import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.measure.Metrics.Path;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** What a method and path ask for. */
enum Route {
  SERVER(Path.METADATA),
  LIVE(Path.HEALTH),
  READY(Path.HEALTH),
  MODEL(Path.METADATA),
  MODEL_READY(Path.HEALTH),
  INFER(Path.INFER),
  PREDICT(Path.PREDICT),
  METRICS(Path.METRICS),
  REPORT(Path.HELLO),
  STARTUP(Path.METADATA),
  UNKNOWN_MODEL(Path.OTHER),
  WRONG_METHOD(Path.OTHER),
  UNKNOWN(Path.OTHER);

  private static final String MODELS = "/v2/models/";
  private static final String VERSIONS = "/versions/";

  private final Path path;

  Route(Path path) {
    this.path = path;
  }

  /** What it is counted under. */
  Path path() {
    return path;
  }

  /** Decides by the paths of the protocol; {@code config} has the model's name and version. */
  static Route of(String method, String path, Config config) {
    Route route =
        switch (path) {
          case "/v2", "/v2/" -> SERVER;
          case "/v2/health/live" -> LIVE;
          case Wire.READY_PATH -> READY;
          case "/predict" -> PREDICT;
          case "/metrics" -> METRICS;
          case Wire.REPORT_PATH -> REPORT;
          case Wire.STARTUP_PATH -> STARTUP;
          default ->
              path.startsWith(MODELS) ? model(path.substring(MODELS.length()), config) : UNKNOWN;
        };
    if (route == UNKNOWN || route == UNKNOWN_MODEL) {
      return route;
    }
    boolean posted = route == INFER || route == PREDICT;
    boolean fits = posted ? method.equals("POST") : method.equals("GET") || method.equals("HEAD");
    return fits ? route : WRONG_METHOD;
  }

  private static Route model(String rest, Config config) {
    String tail = after(rest, config.modelName());
    if (tail != null && tail.startsWith(VERSIONS)) {
      tail = after(tail.substring(VERSIONS.length()), config.modelVersion());
    }
    if (tail == null) {
      return UNKNOWN_MODEL;
    }
    return switch (tail) {
      case "" -> MODEL;
      case "/ready" -> MODEL_READY;
      case "/infer" -> INFER;
      default -> UNKNOWN;
    };
  }

  /** What follows the first segment when that is {@code segment}; else null. */
  private static @org.jspecify.annotations.Nullable String after(String path, String segment) {
    int slash = path.indexOf('/');
    String first = slash < 0 ? path : path.substring(0, slash);
    return first.equals(segment) || decoded(first).equals(segment)
        ? path.substring(first.length())
        : null;
  }

  private static String decoded(String segment) {
    try {
      return segment.indexOf('%') < 0
          ? segment
          : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }
}
