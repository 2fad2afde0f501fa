package dev.reveille.modelserver.http;

/** What a method and path ask for. */
enum Route {
  SERVER,
  LIVE,
  READY,
  MODEL,
  MODEL_READY,
  INFER,
  PREDICT,
  METRICS,
  REPORT,
  UNKNOWN_MODEL,
  WRONG_METHOD,
  UNKNOWN;

  /** Decides by the paths of the protocol; {@code name} and {@code version} are the model's. */
  static Route of(String method, String path, String name, String version) {
    Route route =
        switch (path) {
          case "/v2", "/v2/" -> SERVER;
          case "/v2/health/live" -> LIVE;
          case "/v2/health/ready" -> READY;
          case "/predict" -> PREDICT;
          case "/metrics" -> METRICS;
          case dev.reveille.modelserver.Wire.REPORT_PATH -> REPORT;
          default ->
              path.startsWith("/v2/models/") ? model(path.substring(11), name, version) : UNKNOWN;
        };
    if (route == UNKNOWN || route == UNKNOWN_MODEL) {
      return route;
    }
    boolean posted = route == INFER || route == PREDICT;
    boolean fits = posted ? method.equals("POST") : method.equals("GET") || method.equals("HEAD");
    return fits ? route : WRONG_METHOD;
  }

  private static Route model(String rest, String name, String version) {
    if (!begins(rest, name)) {
      return UNKNOWN_MODEL;
    }
    String tail = rest.substring(name.length());
    if (tail.startsWith("/versions/")) {
      tail = tail.substring(10);
      if (!begins(tail, version)) {
        return UNKNOWN_MODEL;
      }
      tail = tail.substring(version.length());
    }
    return switch (tail) {
      case "" -> MODEL;
      case "/ready" -> MODEL_READY;
      case "/infer" -> INFER;
      default -> UNKNOWN;
    };
  }

  private static boolean begins(String path, String segment) {
    return path.startsWith(segment)
        && (path.length() == segment.length() || path.charAt(segment.length()) == '/');
  }
}
