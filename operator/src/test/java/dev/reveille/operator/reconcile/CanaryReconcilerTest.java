package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.CanarySpec;
import dev.reveille.crds.CanaryStatus;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.kit.Await;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An endpoint's second version: made, tried, put to sleep, told of, taken away. */
class CanaryReconcilerTest {
  private static final ModelSpec NEXT = ModelSpec.at("http://h/next.onnx");

  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  private InferenceEndpoint endpoint() {
    InferenceEndpoint endpoint = operator.endpoint(0, 4, 1);
    operator.awaitState(EndpointState.ASLEEP);
    operator.edit(spec -> spec.withCanary(CanarySpec.of(NEXT, 10)));
    return endpoint;
  }

  private Deployment deployment() {
    return operator.client.apps().deployments().inNamespace("demo").withName("minilm-canary").get();
  }

  private void awaitReplicas(int replicas) {
    Await.that(
        "the canary has " + replicas + " replicas",
        this::deployment,
        deployment -> deployment != null && deployment.getSpec().getReplicas() == replicas);
  }

  private CanaryStatus canary() {
    return operator.status() == null ? null : operator.status().canary();
  }

  private void awaitState(EndpointState state) {
    Await.that(
        "the canary is " + state,
        this::canary,
        canary -> canary != null && canary.state() == state);
  }

  private void awaitProven(String says) {
    Await.that("CanaryProven", () -> operator.reason("CanaryProven"), says::equals);
  }

  /** The canary's replica serves. */
  private void serve(String uid) {
    String revision =
        deployment().getSpec().getTemplate().getMetadata().getLabels().get(Api.REVISION_LABEL);
    operator
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("minilm-canary-1")
                .withNamespace("demo")
                .addToLabels(Api.ENDPOINT_LABEL, "minilm-canary")
                .addToLabels(Api.CANARY_LABEL, "minilm")
                .addToLabels(Api.ENDPOINT_UID_LABEL, Canary.id(uid))
                .addToLabels(Api.REVISION_LABEL, revision)
                .withCreationTimestamp("2026-03-01T12:00:00Z")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build())
        .create();
  }

  private static String load(String uid, long idleMillis, int backends, String failure) {
    return """
        {"activator": "a", "endpoints": [
          {"uid": "%s", "namespace": "demo", "name": "minilm", "inFlight": 0, "queued": 0,
           "idleMillis": 0, "model": {"modelId": "%s", "state": "ready", "digest": "sha256:aa", "bytes": 7}},
          {"uid": "%s", "namespace": "demo", "name": "minilm-canary", "inFlight": 0, "queued": 0,
           "idleMillis": %d, "backends": %d, "failure": %s,
           "model": {"modelId": "%s", "state": "ready", "digest": "sha256:bb", "bytes": 8}}]}
        """
        .formatted(
            uid,
            Keys.modelId(ModelSpec.at("http://h/m.onnx")),
            Canary.id(uid),
            idleMillis,
            backends,
            failure,
            Keys.modelId(NEXT));
  }

  @Test
  void itIsTriedAndThenSleepsLikeAnyEndpoint() {
    String uid = endpoint().getMetadata().getUid();
    operator.activator.load(load(uid, 0, 0, "null"));
    awaitReplicas(1);
    awaitState(EndpointState.WAKING);
    assertEquals("Unknown OnTrial", operator.reason("CanaryProven"));
    assertEquals(0, operator.deployment().getSpec().getReplicas(), "the endpoint sleeps on");
    assertEquals(uid, deployment().getMetadata().getOwnerReferences().getFirst().getUid());

    operator.activator.load(load(uid, 3_600_000, 1, "null"));
    awaitState(EndpointState.READY);
    awaitReplicas(1);
    serve(uid);
    awaitProven("True Proven");
    assertEquals("sha256:bb", canary().model().digest());
    assertEquals("sha256:aa", operator.status().model().digest());

    awaitReplicas(0);
    assertTrue(
        operator.activator.heard("PUT /internal/v1/fences/" + Canary.id(uid)) > 0, "fenced first");
    operator
        .client
        .pods()
        .inNamespace("demo")
        .withName("minilm-canary-1")
        .withGracePeriod(0)
        .delete();
    operator.activator.load(load(uid, 3_600_001, 0, "null"));
    awaitState(EndpointState.ASLEEP);
    awaitProven("True Proven");
    awaitReplicas(0);
    assertEquals(1, operator.events("CanaryProven"));
  }

  @Test
  void theSleepAnnotationIsForBothAndTheOneDoesNotAnswerForTheOther() {
    operator.endpoint(0, 4, 3600);
    operator.awaitState(EndpointState.ASLEEP);
    operator.edit(spec -> spec.withCanary(CanarySpec.of(NEXT, 10)));
    awaitReplicas(1);
    String uid = operator.endpoints().get().getMetadata().getUid();
    String idle = load(uid, 0, 1, "null");
    operator.activator.load(
        idle.replace("minilm-canary\", \"inFlight\": 0", "minilm-canary\", \"inFlight\": 1"));
    serve(uid);
    awaitProven("True Proven");
    operator.annotate(Api.SLEEP_ANNOTATION, "now");
    Await.that(
        "the endpoint, asleep, has dealt with it",
        () -> operator.status().sleepFollowed(),
        "now"::equals);
    assertNull(canary().sleepFollowed(), "something runs there");
    assertEquals(1, canary().wanted());
    operator.activator.load(idle);
    awaitReplicas(0);
    Await.that("so has the canary", () -> canary().sleepFollowed(), "now"::equals);
  }

  @Test
  void oneThatCannotLoadIsNamedAndTheEndpointIsWell() {
    String uid = endpoint().getMetadata().getUid();
    operator.activator.load(load(uid, 0, 0, "null"));
    awaitReplicas(1);
    String revision =
        deployment().getSpec().getTemplate().getMetadata().getLabels().get(Api.REVISION_LABEL);
    operator.activator.load(
        load(
            uid,
            0,
            0,
            "{\"revision\": \"%s\", \"reason\": \"ModelInvalid\", \"message\": \"no graph\"}"
                .formatted(revision)));
    awaitState(EndpointState.FAILED);
    awaitProven("False ModelFailed");
    assertEquals("True Asleep", operator.reason("Ready"));
    assertTrue(
        canary().conditions().stream()
            .anyMatch(
                each ->
                    each.getType().equals("RolledOut")
                        && each.getMessage().equals("ModelInvalid: no graph")),
        canary().toString());
    assertEquals(1, operator.events("CanaryModelFailed"));
    assertEquals(0, operator.events("ModelFailed"));
  }

  @Test
  void takenAwayItLeavesNothingBehind() {
    String uid = endpoint().getMetadata().getUid();
    operator.activator.load(load(uid, 0, 0, "null"));
    awaitState(EndpointState.WAKING);
    operator.endpoints().patch(RunningOperator.MERGE, "{\"spec\": {\"canary\": null}}");
    Await.that("its Deployment is gone", this::deployment, gone -> gone == null);
    assertNull(
        operator
            .client
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace("demo")
            .withName("minilm-canary")
            .get());
    Await.that("the status is the endpoint's alone", this::canary, gone -> gone == null);
    assertEquals("", operator.reason("CanaryProven"));
    assertEquals(1, operator.events("CanaryRemoved"));
    assertNotNull(operator.deployment());
  }

  @Test
  void takenAwayWhileItServesItIsMadeUpForByTheEndpoint() {
    operator.endpoint(0, 9, 3600);
    operator.awaitState(EndpointState.ASLEEP);
    operator.edit(spec -> spec.withCanary(CanarySpec.of(NEXT, 60)));
    awaitReplicas(1);
    operator.serve(2);
    operator
        .client
        .apps()
        .deployments()
        .inNamespace("demo")
        .withName("minilm-canary")
        .patch(
            RunningOperator.MERGE,
            "{\"spec\": {\"replicas\": 3}, \"status\": {\"readyReplicas\": 3}}");
    awaitState(EndpointState.READY);
    operator
        .endpoints()
        .patch(
            RunningOperator.MERGE,
            "{\"spec\": {\"model\": {\"storageUri\": \"%s\"}, \"canary\": null}}"
                .formatted(NEXT.storageUri()));
    operator.awaitReplicas(5);
    Await.that("the status is the endpoint's alone", this::canary, gone -> gone == null);
    operator.awaitGeneration(3);
    assertEquals(5, operator.deployment().getSpec().getReplicas(), "once");
    assertNull(deployment());
  }

  @Test
  void anObjectOfItsNameThatIsNotTheEndpointsIsLeftAloneAndNamed() {
    operator
        .client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName("minilm-canary")
                .withNamespace("demo")
                .endMetadata()
                .withNewSpec()
                .withReplicas(3)
                .endSpec()
                .build())
        .create();
    Deployment foreign = deployment();
    endpoint();
    awaitState(EndpointState.FAILED);
    awaitProven("False NameTaken");
    assertEquals(foreign, deployment());
    assertEquals(EndpointState.ASLEEP, operator.status().state());
    operator.endpoints().patch(RunningOperator.MERGE, "{\"spec\": {\"canary\": null}}");
    Await.that("the status is the endpoint's alone", this::canary, gone -> gone == null);
    assertEquals(foreign, deployment(), "not deleted either");
  }
}
