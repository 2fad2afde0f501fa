package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.kit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pausing, resuming, and sleep by annotation. */
class PauseTest {
  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  private void load(String uid, int inFlight) {
    operator.activator.load(RunningOperator.load(uid, inFlight, 0, 0));
    Await.that(
        "the load was seen",
        () -> operator.poller.latest().of(uid),
        load -> load.complete() && load.inFlight() == inFlight);
  }

  @Test
  void whatRunsIsFinishedThenNothingIsKeptUpNotEvenAFloor() {
    String uid = operator.endpoint(2, 4, 60).getMetadata().getUid();
    operator.awaitReplicas(2);
    load(uid, 1);
    operator.edit(spec -> spec.paused(true));
    operator.awaitState(EndpointState.PAUSED);
    assertEquals("True Paused", operator.reason("Ready"), "nothing is wrong");
    assertEquals(2, operator.deployment().getSpec().getReplicas(), "a request runs");
    assertEquals(0, operator.activator.heard("PUT /internal/v1/fences/" + uid));
    load(uid, 0);
    operator.awaitReplicas(0);
    assertTrue(operator.activator.heard("PUT /internal/v1/fences/" + uid) > 0, "behind a fence");
    assertEquals(1, operator.events("Paused"));
    operator.edit(spec -> spec.paused(false));
    operator.awaitReplicas(2);
  }

  @Test
  void theWakeAnnotationIsIgnoredAndResumingDoesNotMakeUpForIt() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.edit(spec -> spec.paused(true));
    operator.awaitState(EndpointState.PAUSED);
    operator.annotate("reveille.dev/wake", "one");
    Await.that("it says so", () -> operator.events("WakeIgnored"), count -> count == 1);
    operator.edit(spec -> spec.paused(false));
    operator.awaitState(EndpointState.ASLEEP);
    assertEquals(0, operator.deployment().getSpec().getReplicas());
    assertEquals("one", operator.status().wakeFollowed());
  }

  @Test
  void aPausedEndpointIsMadeAtZeroAndFollowsItsSpec() {
    operator.endpoint(
        InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx"))
            .with(new ScalingSpec(2, 4, 60))
            .paused(true));
    operator.awaitState(EndpointState.PAUSED);
    assertEquals(0, operator.deployment().getSpec().getReplicas());
    operator.edit(spec -> spec.with(new RequestsSpec(60, "1Mi", true)));
    Await.that(
        "its Deployment follows",
        operator::deployment,
        deployment -> deployment.toString().contains("1048576"));
    assertEquals(0, operator.deployment().getSpec().getReplicas());
  }

  @Test
  void theSleepAnnotationPutsItToSleepOnceNothingRuns() {
    String uid = operator.endpoint(0, 4, 3600).getMetadata().getUid();
    operator.awaitState(EndpointState.ASLEEP);
    operator.scale(1);
    load(uid, 1);
    operator.annotate("reveille.dev/sleep", "one");
    Await.that(
        "it waits for what runs",
        () -> operator.reason("SleepFollowed"),
        reason -> reason.equals("Unknown SleepsOnceIdle"));
    assertEquals(1, operator.deployment().getSpec().getReplicas());
    load(uid, 0);
    operator.awaitReplicas(0);
    Await.that(
        "it says that it slept",
        () -> operator.reason("SleepFollowed"),
        reason -> reason.equals("True SleptAsAsked"));
    assertEquals("one", operator.status().sleepFollowed());
    operator.scale(1);
    operator.awaitState(EndpointState.WAKING);
    assertEquals(1, operator.deployment().getSpec().getReplicas(), "each value once");
  }

  @Test
  void aFloorIsStrongerThanTheSleepAnnotation() {
    String uid = operator.endpoint(1, 4, 60).getMetadata().getUid();
    operator.awaitReplicas(1);
    load(uid, 0);
    operator.annotate("reveille.dev/sleep", "one");
    Await.that("it says so", () -> operator.events("FloorKeepsItUp"), count -> count == 1);
    assertEquals("False FloorKeepsItUp", operator.reason("SleepFollowed"));
    assertEquals(1, operator.deployment().getSpec().getReplicas());
  }
}
