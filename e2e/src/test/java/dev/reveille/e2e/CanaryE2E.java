package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.SteadyLoad;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A second version beside the first: who gets it, when, and how it ends. */
class CanaryE2E {
  private static final String VERSION = "X-Reveille-Version";

  /** Answers enough to see that it goes on. */
  private static final int SOME = 10;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("canary");

  private static Endpoint endpoint(String name, String canaryFile, int percent) {
    return described(SANDBOX.addOne(name), canaryFile, percent);
  }

  private static Endpoint described(Endpoint endpoint, String canaryFile, int percent) {
    return endpoint
        .with("scaling.maxReplicas", 1)
        .with("canary.model.storageUri", ModelSource.uri(canaryFile))
        .with("canary.model.version", "2")
        .with("canary.headers", Map.of("X-Try", "next"))
        .with("canary.percent", percent);
  }

  private static Answer send(Endpoint endpoint, int x, String header, String value) {
    return SANDBOX.gateway().send(endpoint.inferring(AddOne.request(x)).header(header, value));
  }

  /** The version that gave a right answer, as the header and the model itself say. */
  private static String version(int x, Answer answer) {
    String version = answer.header(VERSION).orElse("none");
    String model = AddOne.check(x, answer).json().path("model_version").asText();
    assertEquals(version.equals("canary") ? "2" : "1", model, answer::toString);
    return version;
  }

  private static Deployment deployment(Endpoint endpoint) {
    return SANDBOX
        .client()
        .apps()
        .deployments()
        .inNamespace(SANDBOX.namespace())
        .withName(endpoint.name() + "-canary")
        .get();
  }

  private static int replicas(Endpoint endpoint) {
    Deployment deployment = deployment(endpoint);
    return deployment == null ? 0 : deployment.getSpec().getReplicas();
  }

  private static void awaitProven(Endpoint endpoint) {
    endpoint.awaitCondition("CanaryProven", "True", "Proven");
  }

  @Test
  void itsShareAndWhoAsksForItGoToTheCanaryOnceItHasServed() {
    Endpoint endpoint = endpoint("shared", AddOne.FILE, 30).with("canary.sticky", "X-User").apply();
    awaitProven(endpoint);
    Map<String, Integer> answers = new TreeMap<>();
    int sent = 300;
    for (int x = 0; x < sent; x++) {
      answers.merge(version(x, endpoint.infer(AddOne.request(x))), 1, Integer::sum);
    }
    System.out.println("30 per cent of " + sent + " requests: " + answers);
    double deviation = Math.sqrt(sent * 0.3 * 0.7);
    assertEquals(sent * 0.3, answers.getOrDefault("canary", 0), 5 * deviation);

    for (int x = 0; x < SOME; x++) {
      assertEquals("canary", version(x, send(endpoint, x, "X-Try", "next")));
    }
    Set<String> seen = new HashSet<>();
    for (int user = 0; user < 30; user++) {
      String first = version(1, send(endpoint, 1, "X-User", "user-" + user));
      assertEquals(first, version(2, send(endpoint, 2, "X-User", "user-" + user)));
      seen.add(first);
    }
    assertEquals(Set.of("stable", "canary"), seen);
  }

  @Test
  void oneThatCannotLoadNeverGetsItsShareAndSaysWhy() {
    Endpoint endpoint = endpoint("hopeless", "corrupt.onnx", 100).apply();
    var proven = endpoint.awaitCondition("CanaryProven", "False", "ModelFailed");
    assertTrue(proven.getMessage().startsWith("ModelInvalid: "), proven::toString);
    for (int x = 0; x < SOME; x++) {
      assertEquals("stable", version(x, endpoint.infer(AddOne.request(x))));
    }
    Answer asked = send(endpoint, 1, "X-Try", "next").expectRefusal(503, "ModelInvalid");
    assertEquals("canary", asked.header(VERSION).orElse("none"));
    InferenceEndpointStatus status =
        endpoint.await(
            "serves, its canary does not",
            seen ->
                seen.state() == EndpointState.READY
                    && seen.canary() != null
                    && seen.canary().state() == EndpointState.FAILED);
    assertEquals(
        "True", Endpoint.condition(status, "Ready").orElseThrow().getStatus(), status::toString);
    Await.that(
        "there is an Event",
        () -> SANDBOX.events("InferenceEndpoint", "hopeless"),
        events -> events.stream().anyMatch(event -> event.startsWith("CanaryModelFailed: ")));
  }

  @Test
  void aProvenOneWhosePodsCannotComeUpAgainCostsNobodyElseAnything() {
    try (Sandbox full = Sandbox.open("canary-quota")) {
      Endpoint endpoint =
          described(full.addOne("broken"), AddOne.FILE, 50).with("scaling.minReplicas", 1).apply();
      awaitProven(endpoint);
      endpoint.await("serves", status -> Integer.valueOf(1).equals(status.replicas()));
      full.allowPods(1);
      var pods =
          full.client()
              .pods()
              .inNamespace(full.namespace())
              .withLabel("reveille.dev/canary-of", endpoint.name());
      pods.withGracePeriod(0).delete();
      Await.until("the canary has no pod", () -> pods.list().getItems().isEmpty());
      double longest = 0;
      for (int x = 0; x < SOME; x++) {
        Answer answer = endpoint.infer(AddOne.request(x));
        assertEquals("stable", version(x, answer));
        longest = Math.max(longest, answer.millis() / 1000);
      }
      send(endpoint, 1, "X-Try", "next").expectRefusal(503, "PodRefused");
      System.out.printf("a canary that breaks: its share waited %.1f s at most%n", longest);
      endpoint.awaitCondition("CanaryProven", "True", "Proven");
    }
  }

  @Test
  void oneOfAnotherContainerHasAnAutoscalerOfItsOwn() {
    Endpoint endpoint =
        SANDBOX
            .endpoint("container")
            .with("container", container("stable"))
            .with("canary.container", container("canary"))
            .with("canary.headers", Map.of("X-Try", "next"))
            .with("scaling.maxReplicas", 2)
            .apply();
    awaitProven(endpoint);
    var get = SANDBOX.gateway().request(endpoint.path("/environment?name=VERSION"));
    assertEquals("stable", SANDBOX.gateway().send(get.copy()).expect(200).body());
    Answer asked = SANDBOX.gateway().send(get.header("X-Try", "next")).expect(200);
    assertEquals("canary", asked.body());
    assertEquals("canary", asked.header(VERSION).orElse("none"));
    var autoscaler =
        Await.that(
                "the canary has an autoscaler",
                () -> SANDBOX.autoscaler("container-canary"),
                Optional::isPresent)
            .orElseThrow();
    assertEquals("container-canary", autoscaler.getSpec().getScaleTargetRef().getName());
    assertEquals(2, autoscaler.getSpec().getMaxReplicas());
    assertEquals(
        Map.of("reveille.dev/endpoint-uid", endpoint.get().getMetadata().getUid() + ".canary"),
        autoscaler
            .getSpec()
            .getMetrics()
            .getFirst()
            .getExternal()
            .getMetric()
            .getSelector()
            .getMatchLabels(),
        "it goes by the canary's own requests");
  }

  private static Map<String, Object> container(String version) {
    return Map.of(
        "image",
        ModelSource.image(),
        "readinessPath",
        "/healthz",
        "resources",
        Sandbox.SMALL,
        "env",
        List.of(Map.of("name", "VERSION", "value", version)));
  }

  @Test
  void bothSleepAndEachWakesByItself() {
    Endpoint endpoint = endpoint("sleepy", AddOne.FILE, 0).with("scaling.idleSeconds", 2).apply();
    awaitProven(endpoint);
    awaitBothAsleep(endpoint);
    assertEquals("canary", version(1, send(endpoint, 1, "X-Try", "next")));
    assertEquals(0, endpoint.wantedReplicas(), "the endpoint sleeps on");
    awaitBothAsleep(endpoint);
    assertEquals("stable", version(2, endpoint.infer(AddOne.request(2))));
    assertEquals(0, replicas(endpoint), "the canary sleeps on");
    InferenceEndpointStatus status =
        endpoint.await(
            "has counted a cold start of each",
            seen ->
                seen.coldStarts() != null
                    && seen.canary() != null
                    && seen.canary().coldStarts() != null);
    assertEquals(1, status.coldStarts().count());
    assertEquals(1, status.canary().coldStarts().count());
  }

  private static void awaitBothAsleep(Endpoint endpoint) {
    endpoint.await(
        "sleeps, and so does its canary",
        seen ->
            seen.state() == EndpointState.ASLEEP
                && seen.canary() != null
                && seen.canary().state() == EndpointState.ASLEEP);
  }

  @Test
  void promotedOrRolledBackItLosesNoRequestAndLeavesNothing() {
    Endpoint endpoint = endpoint("live", AddOne.FILE, 50).apply();
    awaitProven(endpoint);
    try (var load = new SteadyLoad(endpoint, 3)) {
      load.awaitAnswers(SOME, "1");
      load.awaitAnswers(SOME, "2");
      endpoint.with("model.version", "2").without("canary").apply();
      awaitGone(endpoint);
      endpoint.awaitCondition("RolledOut", "True", "RolledOut");
      int old = load.answeredByVersion().get("1");
      load.awaitAnswers(SOME, "2");
      assertTrue(
          load.answeredByVersion().get("1") <= old + 3, "what ran when the old pod left, at most");

      endpoint
          .with("canary.model.storageUri", ModelSource.uri(AddOne.FILE))
          .with("canary.model.version", "3")
          .with("canary.percent", 100)
          .apply();
      load.awaitAnswers(SOME, "3");
      endpoint.without("canary").apply();
      load.awaitAnswers(SOME, "2");
      awaitGone(endpoint);
      System.out.println(
          "steady load through promotion and roll-back: "
              + load.finish()
              + " sent, all answered right, by version "
              + load.answeredByVersion());
    }
  }

  private static void awaitGone(Endpoint endpoint) {
    endpoint.await("tells of no canary", status -> status.canary() == null);
    Await.until("the canary's Deployment is gone", () -> deployment(endpoint) == null);
    Await.that(
        "the canary's pods and its autoscaler are gone",
        () ->
            List.of(
                SANDBOX
                    .client()
                    .pods()
                    .inNamespace(SANDBOX.namespace())
                    .withLabel("reveille.dev/canary-of", endpoint.name())
                    .list()
                    .getItems()
                    .size(),
                SANDBOX
                    .client()
                    .autoscaling()
                    .v2()
                    .horizontalPodAutoscalers()
                    .inNamespace(SANDBOX.namespace())
                    .withLabel("reveille.dev/canary-of", endpoint.name())
                    .list()
                    .getItems()
                    .size()),
        counts -> counts.equals(List.of(0, 0)));
  }
}
