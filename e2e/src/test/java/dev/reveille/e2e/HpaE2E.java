package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On CPU, the autoscaler scales what is awake, and lets what sleeps sleep. */
class HpaE2E {
  /** Two scrapes of the pod's CPU and two of the autoscaler's rounds, on a busy machine. */
  private static final Duration FIRST_FIGURES = Duration.ofMinutes(3);

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("hpa");

  @Test
  void theAutoscalerIsActiveWhileAwakeAndDoesNotDisturbSleepOrWake() {
    Endpoint endpoint =
        SANDBOX
            .addOne("scaled")
            .with("scaling.idleSeconds", 4)
            .with("scaling.maxReplicas", 2)
            .with("scaling.metric", "cpu")
            // Ample, so that one replica is all that the load of this test asks for.
            .with("server.resources", Map.of("requests", Map.of("cpu", "400m", "memory", "128Mi")))
            .apply();
    endpoint.awaitAsleep();
    assertEquals(Optional.empty(), endpoint.autoscaler(), "none while asleep");
    try (var history = endpoint.history()) {
      Await.that(
          "ScalingActive=True while awake",
          FIRST_FIGURES,
          () -> {
            AddOne.check(1, endpoint.infer(AddOne.request(1)));
            return scalingActive(endpoint);
          },
          seen -> seen.startsWith("True"));
      HorizontalPodAutoscaler autoscaler = endpoint.autoscaler().orElseThrow();
      assertEquals(2, autoscaler.getSpec().getMaxReplicas());
      assertEquals("cpu", autoscaler.getSpec().getMetrics().getFirst().getResource().getName());

      endpoint.awaitAsleep();
      Await.that(
          "the autoscaler goes when it sleeps", () -> endpoint.autoscaler(), Optional::isEmpty);
      assertEquals(List.of(0, 1, 0), history.replicas(), "0→1→0, undisturbed");
      AddOne.check(2, endpoint.infer(AddOne.request(2)));
      assertEquals(1, endpoint.wantedReplicas());
    }
  }

  private static String scalingActive(Endpoint endpoint) {
    List<HorizontalPodAutoscalerCondition> conditions =
        endpoint
            .autoscaler()
            .map(HorizontalPodAutoscaler::getStatus)
            .map(HorizontalPodAutoscalerStatus::getConditions)
            .orElse(List.of());
    return conditions.stream()
        .filter(condition -> condition.getType().equals("ScalingActive"))
        .map(condition -> condition.getStatus() + " " + condition.getReason())
        .findFirst()
        .orElse("not said yet");
  }
}
