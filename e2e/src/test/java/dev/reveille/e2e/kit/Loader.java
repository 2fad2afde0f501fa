package dev.reveille.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Sends many requests from inside the cluster: a server of the model source's image that asks other
 * endpoints, so that neither the tests' machine nor the way into the cluster is measured.
 */
public final class Loader {
  private static final String ACTIVATORS = "http://reveille-activator." + Cluster.SYSTEM;

  private final Sandbox sandbox;
  private final Endpoint server;

  /** It is an endpoint itself, and up once this returns. */
  public Loader(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.server =
        sandbox
            .endpoint("loader")
            .with("container.image", ModelSource.image())
            .with("container.readinessPath", "/healthz")
            .with(
                "container.resources",
                Map.of(
                    "requests", Map.of("cpu", "50m", "memory", "64Mi"),
                    "limits", Map.of("memory", "1Gi")))
            .with("requests.timeoutSeconds", 300)
            .apply();
    server.awaitAsleep();
    sandbox.gateway().get(server.path("/healthz")).expect(200);
  }

  /**
   * In milliseconds.
   *
   * @param count how many
   */
  public record Times(int count, double p50, double p95, double p99, double max) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "N=%d p50 %.1f p95 %.1f p99 %.1f max %.1f ms", count, p50, p95, p99, max);
    }
  }

  /**
   * What came of so many requests.
   *
   * @param wrong answers that were another's
   * @param byStatus of those that were answered
   * @param errors of those that were not
   * @param goodput answers of status 200 that ended in each second
   * @param slowest of those that began in each second, in milliseconds
   */
  public record Outcome(
      int sent,
      int wrong,
      Map<Integer, Times> byStatus,
      Map<String, Integer> errors,
      List<Integer> goodput,
      List<Double> slowest) {

    public Times times(int status) {
      return byStatus.getOrDefault(status, new Times(0, 0, 0, 0, 0));
    }

    /** Good answers a second, the first and what came after the last request left out. */
    public double goodput(int seconds) {
      return goodput.stream().skip(1).limit(seconds - 1).mapToInt(each -> each).average().orElse(0);
    }
  }

  /** So many at once, each with a body of its own that it must get back. */
  public Outcome crowd(Endpoint endpoint, int requests) {
    return run(endpoint, "/echo", "crowd=" + requests + "&echo=true");
  }

  /** So many inferences at once. */
  public Outcome crowd(Endpoint endpoint, int requests, String body) {
    return run(
        endpoint,
        "/v2/models/" + endpoint.name() + "/infer",
        "crowd=" + requests + "&body=" + encoded(body));
  }

  /** So many a second, whatever comes back. */
  public Outcome constant(Endpoint endpoint, String path, int rate, int seconds) {
    return run(endpoint, path, "rate=" + rate + "&seconds=" + seconds);
  }

  /** The same, meanwhile. */
  public CompletableFuture<Outcome> constantly(
      Endpoint endpoint, String path, int rate, int seconds) {
    return CompletableFuture.supplyAsync(() -> constant(endpoint, path, rate, seconds));
  }

  /**
   * What became of clients that take their time.
   *
   * @param connected at the same time, at most
   * @param ended by the other side, before their time; by what was slow: head, body or read
   * @param told what the others were told when they were ended
   */
  public record Slow(int connected, Map<String, Integer> ended, Map<String, Integer> told) {}

  /** So many who send their heads, their bodies, or read a byte now and then, meanwhile. */
  public CompletableFuture<Slow> slowly(Endpoint endpoint, String path, int count, int seconds) {
    return CompletableFuture.supplyAsync(
        () -> {
          JsonNode told =
              ask("/slow-clients", endpoint, path, "count=" + count + "&seconds=" + seconds);
          return new Slow(
              told.path("Connected").asInt(),
              counts(told.path("Ended")),
              counts(told.path("Statuses")));
        });
  }

  private static Map<String, Integer> counts(JsonNode of) {
    Map<String, Integer> counts = new TreeMap<>();
    of.properties().forEach(each -> counts.put(each.getKey(), each.getValue().asInt()));
    return counts;
  }

  private JsonNode ask(String tool, Endpoint endpoint, String path, String how) {
    String to = encoded(ACTIVATORS + endpoint.path(path));
    return sandbox.gateway().get(server.path(tool + "?to=" + to + "&" + how)).expect(200).json();
  }

  private Outcome run(Endpoint endpoint, String path, String how) {
    JsonNode told = ask("/load", endpoint, path, how);
    Map<Integer, Times> byStatus = new TreeMap<>();
    told.path("Statuses")
        .properties()
        .forEach(each -> byStatus.put(Integer.valueOf(each.getKey()), times(each.getValue())));
    List<Integer> goodput = new ArrayList<>();
    told.path("Goodput").forEach(each -> goodput.add(each.asInt()));
    List<Double> slowest = new ArrayList<>();
    told.path("Slowest").forEach(each -> slowest.add(each.asDouble()));
    return new Outcome(
        told.path("Sent").asInt(),
        told.path("Wrong").asInt(),
        byStatus,
        counts(told.path("Errors")),
        goodput,
        slowest);
  }

  private static Times times(JsonNode of) {
    return new Times(
        of.path("N").asInt(),
        of.path("P50").asDouble(),
        of.path("P95").asDouble(),
        of.path("P99").asDouble(),
        of.path("Max").asDouble());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
