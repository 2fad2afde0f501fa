package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the autoscaler, and in which words. */
class ScalingConditionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Model HERE =
      new Model(Keys.modelId(ModelSpec.at("http://h/m.onnx")), "ready", "sha256:aa", 7, "", "");

  @ParameterizedTest
  @CsvSource({
    "'True', FailedGetScale, 12:00:00, True Scaling",
    "'False', ScalingDisabled, 10:00:00, Unknown MetricsPending",
    "'False', FailedGetResourceMetric, 11:59:00, Unknown MetricsPending",
    "'False', FailedGetResourceMetric, 11:00:00, False NoMetrics"
  })
  void scalingActiveIsFalseOnlyWhenSomethingIsWrong(
      String status, String reason, String since, String wanted) {
    Given given =
        new Given()
            .model(HERE)
            .replicas(1, 1)
            .autoscaler(
                "status: {conditions: [{type: ScalingActive, status: '%s', reason: %s,"
                        .formatted(status, reason)
                    + " message: m, lastTransitionTime: '2026-03-01T"
                    + since
                    + "Z'}]}");
    assertEquals(
        wanted,
        Conditions.text(EndpointStatus.of(given.observed(), Given.CONFIG, NOW), "ScalingActive"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 'True', 12:00:00, True ScalingOnCpu",
    "1, 'False', 11:59:00, True ScalingOnCpu",
    "1, 'False', 11:00:00, False NoMetrics",
    "0, 'False', 11:00:00, True ScalingOnCpu"
  })
  void thatItGoesByCpuInsteadIsSaidAsleepOrAwake(
      int replicas, String status, String since, String wanted) {
    Given given =
        new Given()
            .model(HERE)
            .replicas(replicas, replicas)
            .autoscaler(
                """
                metadata: {annotations: {reveille.dev/on-cpu-because: Remove the other.}}
                status:
                  conditions:
                  - {type: ScalingActive, status: '%s', reason: FailedGetResourceMetric, message: m,
                     lastTransitionTime: '2026-03-01T%sZ'}
                """
                    .formatted(status, since));
    var said = EndpointStatus.of(given.observed(), Given.CONFIG, NOW);
    assertEquals(wanted, Conditions.text(said, "ScalingActive"));
    if (wanted.startsWith("True")) {
      assertTrue(
          said.conditions().stream()
              .anyMatch(each -> each.getMessage().endsWith("Remove the other.")));
    }
  }

  @Test
  void whoGetsNoExternalMetricIsToldWhereToLook() {
    Given given =
        new Given()
            .model(HERE)
            .replicas(1, 1)
            .autoscaler(
                """
                status:
                  conditions:
                  - {type: ScalingActive, status: 'False', reason: FailedGetExternalMetric,
                     message: unable to get external metric, lastTransitionTime: '2026-03-01T11:00:00Z'}
                """);
    var said = EndpointStatus.of(given.observed(), Given.CONFIG, NOW);
    assertTrue(
        said.conditions().stream()
            .anyMatch(
                each ->
                    each.getMessage()
                        .equals(
                            "unable to get external metric; kubectl describe apiservice"
                                + " v1beta1.external.metrics.k8s.io says more")));
  }

  @Test
  void everyReasonHasASentence() {
    for (Reason reason : Reason.values()) {
      assertTrue(reason.sentence().endsWith("."), reason + ": " + reason.sentence());
      assertTrue(reason.word().matches("[A-Z][A-Za-z]+"), reason.word());
    }
  }
}
