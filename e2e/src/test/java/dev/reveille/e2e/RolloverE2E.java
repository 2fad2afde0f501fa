package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.SteadyLoad;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changing a live endpoint under load loses no request. */
class RolloverE2E {
  /** Answers enough to see that it goes on. */
  private static final int SOME = 20;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("rollover");

  @Test
  void changesOfALiveEndpointRollOverWithoutLosingARequest() {
    Endpoint endpoint = SANDBOX.addOne("live").with("scaling.maxReplicas", 2).apply();
    endpoint.awaitAsleep();
    try (var load = new SteadyLoad(endpoint, 3)) {
      load.awaitAnswers(SOME, "1");
      changeTheModel(endpoint, load);
      changeTheServer(endpoint, load);
      changeTheBounds(endpoint, load);
      System.out.println(
          "steady load through four changes: "
              + load.finish()
              + " sent, all answered right, by version "
              + load.answeredByVersion());
    }
  }

  @Test
  void aVersionThatCannotLoadNeverServesAndTheOneBeforeGoesOn() {
    Endpoint endpoint = SANDBOX.addOne("stuck").with("scaling.maxReplicas", 1).apply();
    endpoint.awaitAsleep();
    try (var load = new SteadyLoad(endpoint, 2)) {
      load.awaitAnswers(SOME, "1");
      endpoint
          .with("model.storageUri", ModelSource.uri("corrupt.onnx"))
          .with("model.version", "2")
          .apply();
      Condition stuck = endpoint.awaitCondition("RolledOut", "False", "ModelFailed");
      assertTrue(
          stuck.getMessage().contains("the version before goes on: ModelInvalid: "),
          stuck::toString);
      load.awaitAnswers(SOME, "1");
      endpoint.awaitCondition("Ready", "True", "ServingPartly");
      assertEquals(0, endpoint.get().getStatus().rollout().updated());
      Await.that(
          "there is an Event",
          () -> SANDBOX.events("InferenceEndpoint", "stuck"),
          events -> events.stream().anyMatch(event -> event.startsWith("RolloutStuck: ")));

      endpoint
          .with("model.storageUri", ModelSource.uri(AddOne.FILE))
          .with("model.version", "3")
          .apply();
      endpoint.awaitCondition("RolledOut", "True", "RolledOut");
      load.awaitAnswers(SOME, "3");
      load.finish();
      assertEquals(Set.of("1", "3"), load.answeredByVersion().keySet());
    }
  }

  @Test
  void asManyEarlierVersionsAreRememberedAsTheSpecSays() {
    Endpoint endpoint = SANDBOX.addOne("remembered").with("revisionHistoryLimit", 1).apply();
    endpoint.awaitAsleep();
    for (String version : List.of("2", "3", "4")) {
      String before = revision(endpoint);
      endpoint.with("model.version", version).apply();
      Await.until("the Deployment has changed", () -> !revision(endpoint).equals(before));
      Await.that(
          "there is a ReplicaSet of version " + version,
          () -> revisionsKept(endpoint),
          kept -> kept.contains(revision(endpoint)));
    }
    Await.that(
        "the present version and one before are kept",
        () -> revisionsKept(endpoint),
        kept -> kept.size() == 2 && kept.contains(revision(endpoint)));
  }

  private static List<String> revisionsKept(Endpoint endpoint) {
    return SANDBOX
        .client()
        .apps()
        .replicaSets()
        .inNamespace(SANDBOX.namespace())
        .withLabel(Api.ENDPOINT_LABEL, endpoint.name())
        .list()
        .getItems()
        .stream()
        .map(each -> each.getMetadata().getLabels().get(Api.REVISION_LABEL))
        .toList();
  }

  private static void changeTheModel(Endpoint endpoint, SteadyLoad load) {
    String before = revision(endpoint);
    endpoint.with("model.version", "2").apply();
    load.awaitAnswers(SOME, "2");
    endpoint.awaitRollout();
    load.awaitAnswers(SOME, "2");
    int old = load.answeredByVersion().get("1");
    load.awaitAnswers(SOME, "2");
    assertEquals(old, load.answeredByVersion().get("1"), "version 1 answers no more");
    assertNotEquals(before, revision(endpoint));
    endpoint.awaitCondition("RolledOut", "True", "RolledOut");
    assertEquals(revision(endpoint), endpoint.get().getStatus().rollout().revision());
  }

  private static void changeTheServer(Endpoint endpoint, SteadyLoad load) {
    Map<String, Object> resources =
        Map.of(
            "requests", Map.of("cpu", "60m", "memory", "160Mi"),
            "limits", Map.of("cpu", "1", "memory", "512Mi"));
    String before = revision(endpoint);
    endpoint.with("server.threads", 1).with("server.resources", resources).apply();
    Await.until("the Deployment has changed", () -> !revision(endpoint).equals(before));
    endpoint.awaitRollout();
    load.awaitAnswers(SOME, "2");
  }

  private static void changeTheBounds(Endpoint endpoint, SteadyLoad load) {
    endpoint.with("scaling.minReplicas", 2).apply();
    endpoint.await("has two replicas", status -> Integer.valueOf(2).equals(status.replicas()));
    load.awaitAnswers(SOME, "2");
    endpoint.with("scaling.minReplicas", 0).with("scaling.maxReplicas", 1).apply();
    Await.until("one replica is wanted", () -> endpoint.wantedReplicas() == 1);
    Await.that("one pod is left", endpoint::pods, pods -> pods.size() == 1);
    load.awaitAnswers(SOME, "2");
  }

  private static String revision(Endpoint endpoint) {
    return endpoint
        .deployment()
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getLabels()
        .get(Api.REVISION_LABEL);
  }
}
