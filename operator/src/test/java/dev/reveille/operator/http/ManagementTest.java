package dev.reveille.operator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** What the kubelet and Prometheus are told. */
class ManagementTest {
  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> get(Management management, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + management.port() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void readyOnlyOnceTheWatchesRun() throws Exception {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    meters.counter("reveille.operator.sleeps").increment();
    try (Management management = new Management(0, meters)) {
      assertEquals(200, get(management, "/healthz").statusCode());
      assertEquals(503, get(management, "/readyz").statusCode());
      management.ready();
      assertEquals(200, get(management, "/readyz").statusCode());
      String metrics = get(management, "/metrics").body();
      assertTrue(metrics.contains("reveille_operator_sleeps_total 1.0"), metrics);
    }
  }
}
