package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.Authority.Identity;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Caller;
import dev.reveille.activator.metricsapi.ExternalMetrics;
import dev.reveille.activator.metricsapi.FrontProxy;
import dev.reveille.activator.metricsapi.MetricsListener;
import dev.reveille.activator.metricsapi.OwnDemand;
import dev.reveille.activator.metricsapi.ServingPair;
import dev.reveille.crds.InferenceEndpoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An autoscaler's questions, through TLS as kube-apiserver passes them on; another activator. */
class MetricsApiTest {
  private static final String API = "/apis/external.metrics.k8s.io/v1beta1";
  private static final String CONCURRENCY = API + "/namespaces/demo/reveille-concurrency";
  private static final String NOBODY = "127.0.0.1:1";

  @TempDir Path depot;

  private final AtomicLong clock = new AtomicLong();
  private final Authority cluster = authority("front-proxy-ca");
  private final Authority ours = authority("ours");
  private final Endpoints endpoints = new Endpoints(new SimpleMeterRegistry(), clock::get);
  private volatile Set<String> serving = Set.of();
  private Running peer;
  private MetricsListener listener;

  private static Authority authority(String name) {
    try {
      return new Authority(name);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() throws Exception {
    peer = new Running(depot);
    String there = "127.0.0.1:" + peer.activator.internalPort();
    serving = Set.of(there);
    listener =
        ExternalMetrics.start(
            peer.vertx,
            peer.vertx.createHttpClient(),
            0,
            new ExternalMetrics.Parts(
                new OwnDemand(endpoints),
                () -> List.of(there),
                () -> serving,
                () -> true,
                Running.KEYS.activator(),
                new SimpleMeterRegistry()),
            new ExternalMetrics.Clocks(clock::get, () -> Instant.parse("2026-03-01T12:00:00.5Z")));
    listener.letIn(new FrontProxy(cluster.pem(), List.of("front-proxy-client")));
    show(ours.issue("one"));
  }

  private void show(Identity identity) throws Exception {
    listener.show(new ServingPair(identity.pem(), identity.keyPem()));
    Running.until("the listener is open", () -> listener.port() != 0);
  }

  @AfterEach
  void close() {
    peer.close();
  }

  private HttpClient client(Identity shown) throws Exception {
    return HttpClient.newBuilder().sslContext(ours.trusting(shown)).build();
  }

  private HttpClient frontProxy() throws Exception {
    return client(cluster.issue("front-proxy-client"));
  }

  private HttpResponse<String> get(HttpClient client, String path) throws Exception {
    URI uri = URI.create("https://127.0.0.1:" + listener.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }

  /** What the autoscaler sees of demo/minilm. */
  private String value(HttpClient client, String metric, String uid) throws Exception {
    String path = API + "/namespaces/demo/" + metric + "?labelSelector=";
    JsonNode items = json(get(client, path + "reveille.dev%2Fendpoint-uid%3D" + uid)).path("items");
    return items.size() == 1 ? items.get(0).path("value").asText() : items.toString();
  }

  private void secondsPass(int seconds) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private void requestAt(String name) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName(name);
    endpoint.getMetadata().setNamespace("demo");
    endpoint.getMetadata().setUid("uid-" + name);
    endpoint.setSpec(Running.inImage());
    endpoints.put(endpoint).getFirst().gate().admit(new Caller(0, 0), 1, clock.get());
  }

  @Test
  void nobodyButTheFrontProxyIsLetIn() throws Exception {
    assertThrows(IOException.class, () -> get(client(null), API), "no certificate");
    Identity stranger = authority("front-proxy-ca").issue("front-proxy-client");
    assertThrows(IOException.class, () -> get(client(stranger), API), "another authority");
    assertEquals(403, get(client(cluster.issue("admin")), API).statusCode(), "another name");
    assertEquals(200, get(frontProxy(), API).statusCode());
  }

  @Test
  void discoveryNamesBothMetrics() throws Exception {
    JsonNode list = json(get(frontProxy(), API));
    assertEquals("APIResourceList", list.path("kind").asText());
    assertEquals("external.metrics.k8s.io/v1beta1", list.path("groupVersion").asText());
    assertEquals(
        List.of("reveille-concurrency", "reveille-requests-per-second"),
        list.path("resources").findValuesAsText("name"));
  }

  @Test
  void anActivatorThatHasJustStartedOrMissesAnotherSaysNothing() throws Exception {
    HttpClient client = frontProxy();
    requestAt("minilm");
    secondsPass(9);
    HttpResponse<String> early = get(client, CONCURRENCY);
    assertEquals(503, early.statusCode());
    assertEquals("Status", json(early).path("kind").asText());
    assertTrue(early.body().contains("has just started"), early.body());

    secondsPass(2);
    serving = Set.of(NOBODY);
    HttpResponse<String> partial = get(client, CONCURRENCY);
    assertEquals(503, partial.statusCode());
    assertTrue(partial.body().contains(NOBODY), partial.body());

    serving = Set.of();
    assertEquals("1000m", value(client, "reveille-concurrency", "uid-minilm"));
  }

  @Test
  void aValueIsTheSumOverAllActivatorsAndCarriesTheEndpointsLabels() throws Exception {
    HttpClient client = frontProxy();
    requestAt("minilm");
    requestAt("other");
    secondsPass(30);
    peer.endpoint("minilm", Running.inImage());
    peer.call("minilm", "waits there");
    Running.until("one waits there", () -> peer.queued("minilm") == 1);
    Running.until(
        "the other's request is in the sum",
        () -> isMoreThanOne(unchecked(() -> value(client, "reveille-concurrency", "uid-minilm"))));
    assertEquals("1000m", value(client, "reveille-concurrency", "uid-other"));
    assertEquals("0m", value(client, "reveille-requests-per-second", "uid-other"));
    assertEquals("[]", value(client, "reveille-concurrency", "uid-nobody"));

    JsonNode list = json(get(client, CONCURRENCY + "?labelSelector=reveille.dev/endpoint%3Dother"));
    assertEquals("ExternalMetricValueList", list.path("kind").asText());
    JsonNode item = list.path("items").path(0);
    assertEquals("uid-other", item.path("metricLabels").path("reveille.dev/endpoint-uid").asText());
    assertEquals("2026-03-01T12:00:00Z", item.path("timestamp").asText());
    assertEquals(
        "[]", json(get(client, CONCURRENCY.replace("demo", "else"))).path("items").toString());
  }

  private static boolean isMoreThanOne(String value) {
    return value.matches("[12]\\d{3}m") && !value.equals("1000m");
  }

  private static <T> T unchecked(java.util.concurrent.Callable<T> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRenewedCertificateIsShownWithoutDroppingTheListener() throws Exception {
    HttpClient before = frontProxy();
    X509Certificate old = shownTo(before);
    show(ours.issue("two"));
    Running.until(
        "new connections see the new certificate",
        () -> !old.equals(unchecked(() -> shownTo(frontProxy()))));
    assertEquals(200, get(before, API).statusCode(), "the connection that was open goes on");

    listener.show(new ServingPair("nonsense", "nonsense")); // changes nothing
    Identity last = ours.issue("three");
    show(last);
    Running.until(
        "the next one is shown",
        () -> last.certificate().equals(unchecked(() -> shownTo(frontProxy()))));
  }

  @Test
  void anotherFrontProxyIsLetInOnceTheClusterSaysSo() throws Exception {
    Authority next = authority("next-ca");
    HttpClient other = client(next.issue("aggregator"));
    assertThrows(IOException.class, () -> get(other, API));
    listener.letIn(
        new FrontProxy(cluster.pem() + next.pem(), List.of("front-proxy-client", "aggregator")));
    Running.until(
        "both are let in",
        () ->
            unchecked(() -> get(frontProxy(), API)).statusCode() == 200
                && isLetIn(next, "aggregator"));
  }

  private boolean isLetIn(Authority authority, String name) {
    try {
      return get(client(authority.issue(name)), API).statusCode() == 200;
    } catch (Exception e) {
      return false;
    }
  }

  private X509Certificate shownTo(HttpClient client) throws Exception {
    return (X509Certificate) get(client, API).sslSession().orElseThrow().getPeerCertificates()[0];
  }
}
