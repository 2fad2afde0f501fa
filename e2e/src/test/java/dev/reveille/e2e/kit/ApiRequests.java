package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Requests that the API server has answered, whoever made them, as its own metrics count them.
 *
 * @param counts by kind of request
 */
public record ApiRequests(Map<Kind, Long> counts) {
  private static final Pattern SERIES =
      Pattern.compile("apiserver_request_total\\{(.*)} ([0-9.e+]+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Set<String> WRITES =
      Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION");

  /** Resources that an endpoint is or is made of. */
  private static final Set<String> OF_ENDPOINTS =
      Set.of(
          "inferenceendpoints",
          "warmpools",
          "deployments",
          "replicasets",
          "horizontalpodautoscalers",
          "services",
          "pods",
          "events");

  /** {@code what} is a resource, or RESOURCE/SUBRESOURCE. */
  public record Kind(String verb, String what) implements Comparable<Kind> {
    public boolean isWrite() {
      return WRITES.contains(verb);
    }

    /** Of an endpoint or of what it is made of; not a lease, a review or a node's status. */
    public boolean isOfEndpoints() {
      return OF_ENDPOINTS.contains(what.replaceFirst("/.*", ""));
    }

    @Override
    public int compareTo(Kind other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return verb + " " + what;
    }
  }

  /** Since the API server started. */
  public static ApiRequests soFar(KubernetesClient client) {
    return parse(Objects.requireNonNull(client.raw("/metrics"), "the API server's metrics"));
  }

  static ApiRequests parse(String metrics) {
    Map<Kind, Long> counts = new TreeMap<>();
    metrics
        .lines()
        .map(SERIES::matcher)
        .filter(Matcher::matches)
        .forEach(line -> add(line, counts));
    return new ApiRequests(counts);
  }

  private static void add(Matcher line, Map<Kind, Long> counts) {
    Map<String, String> labels =
        LABEL
            .matcher(line.group(1))
            .results()
            .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
    String part = labels.getOrDefault("subresource", "");
    String what = labels.getOrDefault("resource", "");
    Kind kind =
        new Kind(labels.getOrDefault("verb", ""), part.isEmpty() ? what : what + "/" + part);
    counts.merge(kind, (long) Double.parseDouble(line.group(2)), Long::sum);
  }

  /** What came after {@code earlier}. */
  public ApiRequests since(ApiRequests earlier) {
    Map<Kind, Long> grown = new TreeMap<>();
    counts.forEach(
        (kind, count) -> {
          long more = count - earlier.counts.getOrDefault(kind, 0L);
          if (more > 0) {
            grown.put(kind, more);
          }
        });
    return new ApiRequests(grown);
  }

  public ApiRequests only(Predicate<Kind> wanted) {
    Map<Kind, Long> some = new TreeMap<>(counts);
    some.keySet().removeIf(wanted.negate());
    return new ApiRequests(some);
  }

  /** Writes of endpoints and of what they are made of. */
  public ApiRequests writesOfEndpoints() {
    return only(kind -> kind.isWrite() && kind.isOfEndpoints());
  }

  public long sum() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
