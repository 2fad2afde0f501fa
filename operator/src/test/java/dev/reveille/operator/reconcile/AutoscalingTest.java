package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.reveille.crds.EndpointState;
import dev.reveille.operator.kit.Await;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The autoscaler comes when replicas serve, and goes when the endpoint sleeps. */
class AutoscalingTest {
  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void theAutoscalerIsThereWhileReplicasServe() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    assertNull(operator.autoscaler().get());
    operator.scale(1);
    operator.awaitState(EndpointState.WAKING);
    assertNull(operator.autoscaler().get(), "the first answer comes first");
    operator.serve(1);
    Await.that("an autoscaler", () -> operator.autoscaler().get(), Objects::nonNull);
    assertEquals(1, operator.autoscaler().get().getSpec().getMinReplicas());
    operator.serve(0);
    Await.that("none", () -> operator.autoscaler().get(), Objects::isNull);
    operator.awaitState(EndpointState.ASLEEP);
  }

  @Test
  void aFixedNumberOfReplicasNeedsNone() {
    operator.endpoint(2, 2, 60);
    operator.awaitReplicas(2);
    operator.serve(2);
    operator.awaitState(EndpointState.READY);
    Await.that(
        "that is said",
        () -> operator.reason("ScalingActive"),
        reason -> reason.equals("True Fixed"));
    assertNull(operator.autoscaler().get());
  }

  @Test
  void aForeignAutoscalerOfASleepingEndpointIsLeftAlone() {
    operator
        .client
        .resource(
            new HorizontalPodAutoscalerBuilder()
                .withNewMetadata()
                .withName("minilm")
                .withNamespace("demo")
                .addToLabels("app.kubernetes.io/managed-by", "reveille")
                .endMetadata()
                .build())
        .create();
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    assertEquals(0, operator.objectWrites().stream().filter(w -> w.startsWith("DELETE")).count());
  }
}
