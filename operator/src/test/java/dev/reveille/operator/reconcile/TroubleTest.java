package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.kit.Await;
import dev.reveille.operator.kit.ChartCrd;
import io.fabric8.kubernetes.api.model.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What others do to an endpoint's objects, and what the cluster does not let the operator do. */
class TroubleTest {
  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  private String message() {
    return operator.status().conditions().getFirst().getMessage();
  }

  @Test
  void aServiceEditedOrDeletedByHandComesBack() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    var service = operator.client.services().inNamespace("demo").withName("minilm");
    service.patch(RunningOperator.MERGE, "{\"spec\": {\"externalName\": \"elsewhere\"}}");
    Await.that(
        "it leads to the activator again",
        () -> service.get().getSpec().getExternalName(),
        name -> name.startsWith("reveille-activator."));
    service.delete();
    Await.<Service>that("there is a new one", service::get, found -> found != null);
  }

  @Test
  void anAutoscalerDeletedByHandComesBack() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.serve(1);
    Await.that("there is one", () -> operator.autoscaler().get(), found -> found != null);
    operator.autoscaler().delete();
    Await.that("there is a new one", () -> operator.autoscaler().get(), found -> found != null);
  }

  @Test
  void aScaleThatMayNotBeWrittenIsSaid() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.api.refuse("PUT deployments/minilm/scale", "deployments.apps/scale is forbidden");
    operator.edit(spec -> spec.with(new ScalingSpec(1, 4, 60)));
    Await.that(
        "it says so",
        () -> operator.reason("Ready"),
        reason -> reason.equals("False ObjectRefused"));
    assertTrue(
        message()
            .contains("the scale of Deployment minilm cannot be written: deployments.apps/scale"),
        message());
    assertEquals(1, operator.events("ObjectRefused"));
    operator.api.allow("PUT deployments/minilm/scale");
    operator.awaitReplicas(1);
  }

  @Test
  void inANamespaceThatIsBeingDeletedNothingIsMadeAgain() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.api.endNamespace();
    operator.api.forgetWrites();
    operator.client.apps().deployments().inNamespace("demo").withName("minilm").delete();
    operator.awaitState(EndpointState.FAILED);
    assertEquals("False NamespaceTerminating", operator.reason("Ready"));
    operator.client.services().inNamespace("demo").withName("minilm").delete();
    operator.edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    operator.awaitGeneration(2);
    assertEquals(1, operator.api.refused(), "one try, and no more");
  }

  @Test
  void anOlderCrdIsSaidOnceAndNotWrittenToAgainAndAgain() {
    operator.has(ChartCrd.of(InferenceEndpoint.class).without("wanted", "sleepFollowed"));
    operator.endpoint(0, 4, 3600);
    operator.awaitState(EndpointState.ASLEEP);
    Await.that(
        "it says so",
        () -> operator.reason("StatusComplete"),
        reason -> reason.equals("False OlderCrd"));
    operator.annotate("reveille.dev/sleep", "now");
    Await.that(
        "it follows the annotation",
        () -> operator.reason("SleepFollowed"),
        reason -> reason.equals("True SleptAsAsked"));
    assertNull(operator.status().sleepFollowed());
    operator.api.forgetWrites();
    for (int generation = 2; generation <= 4; generation++) {
      int seconds = 3600 + generation;
      operator.edit(spec -> spec.with(new ScalingSpec(0, 4, seconds)));
      operator.awaitGeneration(generation);
    }
    assertTrue(operator.statusWrites() <= 6, operator.statusWrites() + " status writes");
    operator.scale(1);
    operator.awaitState(EndpointState.WAKING);
    assertEquals(1, operator.deployment().getSpec().getReplicas(), "it was followed once");
  }

  @Test
  void aNewerCrdTakesTheWholeStatus() {
    operator.has(ChartCrd.of(InferenceEndpoint.class).without("url"));
    operator.endpoint(0, 4, 3600);
    Await.that(
        "it says so",
        () -> operator.reason("StatusComplete"),
        reason -> reason.equals("False OlderCrd"));
    assertNull(operator.status().url());
    operator.has(ChartCrd.of(InferenceEndpoint.class));
    Await.that(
        "it is whole",
        operator::status,
        status -> status.url() != null && operator.reason("StatusComplete").isEmpty());
    operator.has(ChartCrd.of(InferenceEndpoint.class).without("url"));
    operator.edit(spec -> spec.with(new ScalingSpec(0, 5, 3600)));
    Await.that(
        "an older one while it runs is said, too",
        () -> operator.reason("StatusComplete"),
        reason -> reason.equals("False OlderCrd"));
  }
}
