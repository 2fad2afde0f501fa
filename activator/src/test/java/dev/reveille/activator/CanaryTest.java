package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.CanarySpec;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.ModelSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint with a canary, over real sockets; pods and the cluster are played. */
class CanaryTest {
  private static final String CANARY = Canary.id("uid-m");
  private static final ModelSpec NEXT = ModelSpec.at("image:///next.onnx");
  private static final CanarySpec ALL =
      new CanarySpec(NEXT, null, null, 100, Map.of("X-Try", "next"), null);

  private Running running;
  private Pod stable;
  private Pod canary;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    stable = new Pod(running.vertx, "i1");
    canary = new Pod(running.vertx, "i2");
    running.endpoint("m", Running.inImage());
    assertEquals(204, running.hello("m", "i1", stable.port(), "ready"));
  }

  @AfterEach
  void stop() {
    stable.close();
    canary.close();
    running.close();
  }

  /** The endpoint has this canary, or none, and the operator has said so much of it. */
  private void apply(CanarySpec spec, String proven, long generation) {
    InferenceEndpointStatus status =
        Serialization.unmarshal(
            "---\n{conditions: [{type: %s, status: '%s', observedGeneration: %d}]}"
                .formatted(Api.CANARY_CONDITION, proven, generation),
            InferenceEndpointStatus.class);
    InferenceEndpointSpec endpoint = Running.inImage();
    running.endpoint("m", endpoint.withCanary(spec), status, generation);
  }

  private int hello(String state) throws Exception {
    return running.helloOf(
        CANARY, "i2", canary.port(), state, Running.KEYS.endpoint(CANARY, "r1", ""));
  }

  private CompletableFuture<HttpResponse<String>> ask(String body) {
    return running.http.sendAsync(
        HttpRequest.newBuilder(running.uri("m", "/x"))
            .header("X-Try", "next")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String version(HttpResponse<String> answer) {
    return answer.headers().firstValue(Wire.VERSION).orElse("");
  }

  private int queued() {
    return running
        .activator
        .endpoints()
        .withUid(CANARY)
        .orElseThrow()
        .gate()
        .census(System.nanoTime())
        .queued();
  }

  @Test
  void anEndpointWithoutACanaryNamesNoVersion() {
    assertEquals("", version(running.call("m", "x").join()));
  }

  @Test
  void itsShareGoesToACanaryThatHasProvedItself() throws Exception {
    apply(ALL, "True", 2);
    assertEquals(204, hello("ready"));
    HttpResponse<String> answer = running.call("m", "x").join();
    assertEquals("canary", version(answer));
    assertEquals(1, canary.executed.get());
    assertEquals(0, stable.executed.get());
    until(
        "it is counted as the canary's",
        () ->
            metrics()
                .contains(
                    "reveille_requests_total{code=\"2xx\",endpoint=\"m\",namespace=\"demo\",version=\"canary\"}"
                        + " 1.0"));
  }

  private String metrics() {
    try {
      return running.internal("GET", "/metrics", "", "").body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCanaryThatHasNotServedYetGetsOnlyWhoAsksForIt() throws Exception {
    apply(ALL, "Unknown", 2);
    CompletableFuture<HttpResponse<String>> asked = ask("asked");
    until("it waits for the canary", () -> queued() == 1);
    assertEquals("stable", version(running.call("m", "x").join()));
    assertEquals(1, running.raised.get(), "who asks for it wakes it");
    assertEquals(204, hello("ready"));
    assertEquals("canary", version(asked.join()));
    assertEquals("stable", version(running.call("m", "x").join()));
  }

  @Test
  void aCanaryThatCannotLoadTellsWhoAskedAndCostsNobodyElse() throws Exception {
    apply(ALL, "True", 2);
    CompletableFuture<HttpResponse<String>> share = running.call("m", "share");
    CompletableFuture<HttpResponse<String>> asked = ask("asked");
    until("both wait for the canary", () -> queued() == 2);
    assertEquals(204, hello("failed"));
    assertEquals(503, asked.join().statusCode());
    assertTrue(asked.join().body().contains("ModelInvalid"), asked.join().body());
    assertEquals("canary", version(asked.join()));
    assertEquals("share", share.join().body());
    assertEquals("stable", version(share.join()));
    assertEquals("stable", version(running.call("m", "x").join()));
  }

  /** It served once; now its pod cannot come up. */
  private void trouble(String reason) {
    InferenceEndpointStatus status =
        Serialization.unmarshal(
            """
            ---
            conditions: [{type: CanaryProven, status: "True", observedGeneration: 2}]
            canary:
              wanted: 1
              conditions:
              - {type: Ready, status: "False", reason: %s, message: so it is, observedGeneration: 2}
            """
                .formatted(reason),
            InferenceEndpointStatus.class);
    running.endpoint("m", Running.inImage().withCanary(ALL), status, 2);
  }

  @Test
  void aProvenCanaryWhosePodsCannotComeUpTellsWhoAskedAndCostsNobodyElse() throws Exception {
    apply(ALL, "True", 2);
    CompletableFuture<HttpResponse<String>> share = running.call("m", "share");
    CompletableFuture<HttpResponse<String>> asked = ask("asked");
    until("both wait for the canary", () -> queued() == 2);
    trouble("ImagePull");
    assertEquals(503, asked.join().statusCode());
    assertTrue(asked.join().body().contains("ImagePull"), asked.join().body());
    assertEquals("share", share.join().body());
    assertEquals("stable", version(share.join()));
    assertEquals("stable", version(running.call("m", "x").join()), "nobody waits any more");
  }

  @Test
  void whoFellToItsShareAndHasWaitedTooLongIsAnsweredByTheEndpoint() throws Exception {
    apply(ALL, "True", 2);
    HttpRequest.Builder impatient =
        HttpRequest.newBuilder(running.uri("m", "/x"))
            .header("Prefer", "wait=1")
            .POST(BodyPublishers.ofString("x"));
    HttpResponse<String> answer =
        running.http.send(impatient.copy().build(), BodyHandlers.ofString());
    assertEquals("x", answer.body());
    assertEquals("stable", version(answer));
    HttpResponse<String> asked =
        running.http.send(impatient.header("X-Try", "next").build(), BodyHandlers.ofString());
    assertEquals(504, asked.statusCode(), "it would have nothing else");
  }

  @Test
  void removingTheCanarySendsWhoWaitsToTheEndpointAndLetsWhatRunsEnd() throws Exception {
    apply(ALL, "True", 2);
    List<CompletableFuture<HttpResponse<String>>> waiting =
        IntStream.range(0, 20)
            .mapToObj(i -> i % 2 == 0 ? ask("" + i) : running.call("m", "" + i))
            .toList();
    until("all wait for the canary", () -> queued() == 20);
    apply(null, "True", 3);
    for (int i = 0; i < 20; i++) {
      assertEquals("" + i, waiting.get(i).join().body());
      assertEquals("", version(waiting.get(i).join()), "there is but one version now");
    }
    assertEquals(0, canary.executed.get());
    assertEquals(503, hello("ready"), "a pod of a canary that is no more");
    assertFalse(metrics().contains("version=\"canary\""), this::metrics);
  }

  @Test
  void whatRunsOnACanaryThatIsRemovedEnds() throws Exception {
    apply(ALL, "True", 2);
    assertEquals(204, hello("ready"));
    canary.behaves(Pod.Manner.HANG);
    CompletableFuture<HttpResponse<String>> runs = running.call("m", "x");
    until("it runs", () -> canary.executed.get() == 1);
    apply(null, "True", 3);
    assertEquals("next", running.call("m", "next").join().body());
    canary.release();
    assertEquals("x", runs.join().body());
    assertEquals(1, canary.executed.get());
  }

  @Test
  void whatARemovedCanaryDidNotBeginGoesToTheEndpoint() throws Exception {
    apply(ALL, "True", 2);
    assertEquals(204, hello("ready"));
    canary.behaves(Pod.Manner.REFUSE_UNEXECUTED);
    CompletableFuture<HttpResponse<String>> answer = ask("once");
    until("it waits again", () -> queued() == 1);
    apply(null, "True", 3);
    assertEquals("once", answer.join().body());
    assertEquals(1, stable.executed.get());
  }

  @Test
  void aChangeOfTheShareAloneNeedsNoNewProof() throws Exception {
    apply(ALL, "True", 2);
    assertEquals(204, hello("ready"));
    CanarySpec sticky = new CanarySpec(NEXT, null, null, 100, Map.of(), "X-User");
    running.endpoint("m", Running.inImage().withCanary(sticky), null, 3);
    assertEquals("canary", version(running.call("m", "x").join()));
    CanarySpec other = CanarySpec.of(ModelSpec.at("image:///other.onnx"), 100);
    running.endpoint("m", Running.inImage().withCanary(other), null, 4);
    assertEquals("stable", version(running.call("m", "x").join()));
  }

  @Test
  void theLoadTellsOfBothVersions() throws Exception {
    apply(ALL, "True", 2);
    String load = running.internal("GET", Wire.LOAD_PATH, "", Running.KEYS.operator()).body();
    assertTrue(load.contains("\"uid\":\"uid-m\""), load);
    assertTrue(load.contains("\"uid\":\"uid-m.canary\""), load);
    running.internal(
        "PUT", Wire.FENCES_PATH + CANARY, "{\"id\":\"f\",\"seconds\":30}", Running.KEYS.operator());
    CompletableFuture<HttpResponse<String>> held = ask("held");
    until("the canary's fence holds it", () -> queued() == 1);
    running.internal("DELETE", Wire.FENCES_PATH + CANARY + "?fence=f", "", Running.KEYS.operator());
    assertEquals(204, hello("ready"));
    assertEquals("held", held.join().body());
  }

  @Test
  void deletingTheEndpointEndsBothVersions() throws Exception {
    apply(ALL, "True", 2);
    CompletableFuture<HttpResponse<String>> waits = running.call("m", "x");
    until("it waits for the canary", () -> queued() == 1);
    running.activator.endpoints().remove("uid-m");
    assertEquals(404, waits.join().statusCode());
    assertEquals(404, running.call("m", "x").join().statusCode());
  }
}
