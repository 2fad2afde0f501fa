package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.Api;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.kit.Await;
import dev.reveille.operator.metricsapi.Provider;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who scales an endpoint, and when: up to its floor, to zero, and awake on demand. */
class ScaleTest {
  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void aFloorIsReachedAndAHigherScaleIsLeftAlone() {
    operator.endpoint(0, 9, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.edit(spec -> spec.with(new ScalingSpec(2, 9, 60)));
    operator.awaitReplicas(2);
    operator.serve(5);
    operator.awaitReplicas(5);
    Await.that(
        "an autoscaler that is ours",
        () -> operator.autoscaler().get(),
        hpa -> hpa != null && hpa.toString().contains("operation=Apply"));
    operator.api.forgetWrites();
    operator.edit(spec -> spec.with(new ScalingSpec(3, 9, 60)));
    operator.awaitGeneration(3);
    assertEquals(List.of("PATCH horizontalpodautoscalers/minilm"), operator.objectWrites());
    assertEquals(5, operator.deployment().getSpec().getReplicas());
  }

  @Test
  void anIdleEndpointIsPutToSleepBehindAFence() {
    InferenceEndpoint endpoint = operator.endpoint(0, 4, 1);
    String uid = endpoint.getMetadata().getUid();
    operator.awaitState(EndpointState.ASLEEP);
    operator.pod(uid);
    operator.scale(2);
    operator.activator.load(RunningOperator.load(uid, 1, 0, 0));
    Await.that("the load was seen", () -> operator.poller.latest().of(uid).inFlight(), n -> n == 1);
    assertEquals(0, operator.activator.heard("PUT /internal/v1/fences/" + uid), "a request runs");
    operator.activator.load(RunningOperator.load(uid, 0, 0, 1500));
    operator.awaitReplicas(0);
    Await.that(
        "the fence was lifted, saying that it sleeps",
        () -> operator.activator.heard("DELETE /internal/v1/fences/" + uid + "?slept=true"),
        n -> n == 1);
    operator.awaitState(EndpointState.DRAINING);
    operator.client.pods().inNamespace("demo").withName("minilm-1").delete();
    operator.awaitState(EndpointState.ASLEEP);
    Await.that(
        "the sleep was counted",
        () -> operator.meters.counter("reveille.operator.sleeps").count(),
        count -> count == 1);
  }

  @Test
  void aWakeInTheMiddleOfTheFenceWins() {
    InferenceEndpoint endpoint = operator.endpoint(0, 4, 1);
    String uid = endpoint.getMetadata().getUid();
    operator.awaitState(EndpointState.ASLEEP);
    operator.pod(uid);
    operator.scale(1);
    operator.activator.fence(0, 0).fence(0, 1);
    operator.api.overtakeNextScale(3);
    operator.activator.load(RunningOperator.load(uid, 0, 0, 1500));
    Await.that(
        "the fence was lifted, saying that it stays",
        () -> operator.activator.heard("DELETE /internal/v1/fences/" + uid),
        n -> n > 0);
    assertEquals(3, operator.deployment().getSpec().getReplicas());
    Await.that(
        "the abort was counted", // after the fence was lifted
        () ->
            operator
                .meters
                .counter("reveille.operator.sleeps.aborted", "reason", "conflict")
                .count(),
        count -> count == 1);
  }

  @Test
  void aNewValueOfTheWakeAnnotationWakesOnce() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.annotate(Api.WAKE_ANNOTATION, "one");
    operator.awaitReplicas(1);
    Await.that(
        "it says what it followed",
        operator::status,
        status -> "one".equals(status.wakeFollowed()));
    operator.scale(0);
    operator.edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    operator.awaitGeneration(2);
    operator.awaitState(EndpointState.ASLEEP);
    assertEquals(0, operator.deployment().getSpec().getReplicas(), "followed already");
    operator.annotate(Api.WAKE_ANNOTATION, "two");
    operator.awaitReplicas(1);
  }

  @Test
  void whileAnotherHasTheMetricsItScalesOnCpuAndComesBack() {
    operator.endpoint(1, 4, 60);
    operator.awaitReplicas(1);
    operator.serve(1);
    Await.that("an autoscaler", this::metric, "reveille-concurrency"::equals);
    operator.metrics(new Provider.Barred("Remove Service keda/metrics."));
    Await.that("it goes by CPU", this::metric, "cpu"::equals);
    Await.that("it says so", () -> operator.reason("ScalingActive"), "True ScalingOnCpu"::equals);
    Await.that("an Event says so", () -> operator.events("ScalingOnCpu"), count -> count == 1);
    operator.metrics(new Provider.Ours());
    Await.that("it goes by concurrency", this::metric, "reveille-concurrency"::equals);
    Await.that(
        "it says that no more",
        () -> operator.reason("ScalingActive"),
        reason -> !reason.endsWith("ScalingOnCpu"));
  }

  private String metric() {
    HorizontalPodAutoscaler autoscaler = operator.autoscaler().get();
    if (autoscaler == null) {
      return "";
    }
    MetricSpec metric = autoscaler.getSpec().getMetrics().getFirst();
    return metric.getExternal() == null
        ? metric.getResource().getName()
        : metric.getExternal().getMetric().getName();
  }
}
