package dev.reveille.activator.metricsapi;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request to the metrics listener asks for; decided without I/O. */
sealed interface Question {
  String GROUP_VERSION = "external.metrics.k8s.io/v1beta1";
  Pattern VALUES =
      Pattern.compile(
          "/apis/" + Pattern.quote(GROUP_VERSION) + "/namespaces/([a-z0-9-]+)/([^/]+)/?");

  /** Which metrics there are. */
  record Discovery() implements Question {}

  /** The values of a metric, of those that the selector chooses. */
  record Values(String namespace, Metric metric, Selector selector) implements Question {}

  /** Nothing that can be answered; {@code reason} is Kubernetes' word for it. */
  record Unanswerable(int code, String reason, String message) implements Question {}

  static Question of(String method, String path, String selector) {
    if (!method.equals("GET")) {
      return new Unanswerable(405, "MethodNotAllowed", "metrics can be read, no more");
    }
    if (path.equals("/apis/" + GROUP_VERSION) || path.equals("/apis/" + GROUP_VERSION + "/")) {
      return new Discovery();
    }
    Matcher values = VALUES.matcher(path);
    if (!values.matches()) {
      return new Unanswerable(404, "NotFound", "the server has nothing at " + path);
    }
    Optional<Metric> metric = Metric.called(values.group(2));
    if (metric.isEmpty()) {
      return new Unanswerable(404, "NotFound", "there is no metric " + values.group(2));
    }
    return Selector.parse(selector)
        .<Question>map(chosen -> new Values(values.group(1), metric.get(), chosen))
        .orElseGet(
            () ->
                new Unanswerable(
                    400,
                    "BadRequest",
                    "write a label selector by equality, such as reveille.dev/endpoint=NAME, not "
                        + selector));
  }
}
