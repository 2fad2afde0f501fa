package dev.reveille.operator.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When there is an autoscaler. */
class AutoscalingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 4, 0, 0, UNWANTED",
    "0, 4, 0, 1, UNWANTED", // the last replica finishes
    "0, 4, 1, 0, AS_IT_IS",
    "0, 4, 1, 1, WANTED",
    "0, 1, 1, 1, UNWANTED",
    "1, 1, 1, 1, UNWANTED",
    "3, 3, 3, 3, UNWANTED",
    "1, 4, 1, 0, AS_IT_IS",
    "1, 4, 3, 2, WANTED",
  })
  void oneThatServesAndMayVaryHasOne(
      int min, int max, int wanted, int ready, Autoscaling autoscaling) {
    var deployment =
        new DeploymentBuilder()
            .withNewSpec()
            .withReplicas(wanted)
            .endSpec()
            .withNewStatus()
            .withReadyReplicas(ready)
            .endStatus()
            .build();
    assertEquals(autoscaling, Autoscaling.of(new ScalingSpec(min, max, 60), deployment));
  }

  @Test
  void oneThatHasNoDeploymentYetHasNone() {
    assertEquals(Autoscaling.UNWANTED, Autoscaling.of(ScalingSpec.DEFAULTS, null));
  }
}
