package dev.reveille.activator.metricsapi;

import dev.reveille.activator.gate.Demand;
import dev.reveille.activator.metricsapi.TotalDemand.Total;
import dev.reveille.crds.Api;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers {@code external.metrics.k8s.io/v1beta1}: discovery, and one value an endpoint, labelled
 * with the endpoint's name and UID. What it does not know it does not say: 503 makes an autoscaler
 * keep its replicas, a zero would make it give them up.
 */
public final class ExternalMetrics implements Handler<HttpServerRequest> {
  private static final long POLL_MILLIS = 1000;

  private final TotalDemand demand;
  private final MeterRegistry meters;
  private final Clocks clocks;

  /** What the answers are made of. */
  public record Parts(
      OwnDemand own,
      Supplier<List<String>> peers,
      Supplier<Set<String>> serving,
      BooleanSupplier synced,
      String key,
      MeterRegistry meters) {}

  /** Monotonic time, and the one that the API wants to be told. */
  public record Clocks(LongSupplier nanoTime, InstantSource instant) {}

  private ExternalMetrics(TotalDemand demand, MeterRegistry meters, Clocks clocks) {
    this.demand = demand;
    this.meters = meters;
    this.clocks = clocks;
  }

  /** Begins to ask the other activators; its listener opens when it has what it needs. */
  public static MetricsListener start(
      Vertx vertx, HttpClient http, int port, Parts parts, Clocks clocks) {
    PeerDemand peers = new PeerDemand();
    PeerPoll poll = new PeerPoll(http, parts.peers(), parts.key(), peers, clocks.nanoTime());
    vertx.setPeriodic(0, POLL_MILLIS, tick -> poll.round());
    TotalDemand demand =
        new TotalDemand(
            parts.own(), peers, parts.serving(), parts.synced(), clocks.nanoTime().getAsLong());
    return new MetricsListener(vertx, port, new ExternalMetrics(demand, parts.meters(), clocks));
  }

  @Override
  public void handle(HttpServerRequest request) {
    String selector = request.getParam("labelSelector", "");
    String path = request.path() == null ? "" : request.path();
    switch (Question.of(request.method().name(), path, selector)) {
      case Question.Discovery() -> answer(request, 200, discovery());
      case Question.Unanswerable(int code, String reason, String message) ->
          answer(request, code, status(code, reason, message));
      case Question.Values values -> answer(request, values);
    }
  }

  private void answer(HttpServerRequest request, Question.Values asked) {
    long now = clocks.nanoTime().getAsLong();
    Optional<String> ignorance = demand.ignorance(now);
    JsonObject body =
        ignorance.isPresent()
            ? status(503, "ServiceUnavailable", ignorance.get())
            : values(asked, now);
    int code = ignorance.isPresent() ? 503 : 200;
    meters.counter("reveille.external.metrics.answers", "code", String.valueOf(code)).increment();
    answer(request, code, body);
  }

  private JsonObject values(Question.Values asked, long now) {
    String timestamp = clocks.instant().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    JsonArray items = new JsonArray();
    for (Total total : demand.in(asked.namespace(), now)) {
      Map<String, String> labels =
          Map.of(Api.ENDPOINT_LABEL, total.name(), Api.ENDPOINT_UID_LABEL, total.id());
      if (asked.selector().matches(labels)) {
        items.add(
            new JsonObject()
                .put("metricName", asked.metric().text())
                .put("metricLabels", labels)
                .put("timestamp", timestamp)
                .put("windowSeconds", Demand.WINDOW_SECONDS)
                .put("value", asked.metric().quantity(total.figures())));
      }
    }
    return object("ExternalMetricValueList", Question.GROUP_VERSION)
        .put("metadata", new JsonObject())
        .put("items", items);
  }

  private static JsonObject discovery() {
    JsonArray resources = new JsonArray();
    Arrays.stream(Metric.values())
        .map(
            metric ->
                new JsonObject()
                    .put("name", metric.text())
                    .put("singularName", "")
                    .put("namespaced", true)
                    .put("kind", "ExternalMetricValueList")
                    .put("verbs", new JsonArray().add("get")))
        .forEach(resources::add);
    return object("APIResourceList", "v1")
        .put("groupVersion", Question.GROUP_VERSION)
        .put("resources", resources);
  }

  private static JsonObject status(int code, String reason, String message) {
    return object("Status", "v1")
        .put("metadata", new JsonObject())
        .put("status", "Failure")
        .put("message", message)
        .put("reason", reason)
        .put("code", code);
  }

  private static JsonObject object(String kind, String version) {
    return new JsonObject().put("kind", kind).put("apiVersion", version);
  }

  private static void answer(HttpServerRequest request, int code, JsonObject body) {
    request
        .response()
        .setStatusCode(code)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }
}
