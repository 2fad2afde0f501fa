package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the status said before and still holds, though nobody says it any more. */
class LastingStatusTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Model HERE =
      new Model(Keys.modelId(ModelSpec.at("http://h/m.onnx")), "ready", "sha256:aa", 7, "", "");

  @Test
  void aModelThatFailedStaysFailedThoughTheActivatorsForgot() {
    InferenceEndpointStatus failed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 0).failure(Given.REVISION).observed(),
            Given.CONFIG,
            NOW);
    assertEquals(EndpointState.FAILED, failed.state());
    for (int wanted : new int[] {0, 1}) {
      InferenceEndpointStatus later =
          EndpointStatus.of(
              new Given().model(HERE).replicas(wanted, 0).before(failed).observed(),
              Given.CONFIG,
              NOW);
      assertEquals(EndpointState.FAILED, later.state());
      assertEquals("False ModelFailed", Conditions.text(later, "Ready"));
      assertTrue(later.conditions().getFirst().getMessage().contains("no graph"));
    }
    assertEquals(
        EndpointState.READY,
        EndpointStatus.of(
                new Given()
                    .model(HERE)
                    .replicas(1, 0)
                    .load(0, 0, 0, 1, true)
                    .before(failed)
                    .observed(),
                Given.CONFIG,
                NOW)
            .state(),
        "a replica that serves ends it");
    Given corrected = new Given().model(HERE).before(failed);
    corrected.endpoint.getMetadata().setGeneration(2L);
    assertEquals(
        EndpointState.ASLEEP,
        EndpointStatus.of(corrected.observed(), Given.CONFIG, NOW).state(),
        "a new spec ends it");
  }

  @Test
  void whatThePodsFailedOfIsSaidWhileTheEndpointSleepsAndLookedAtAgainWhenItWakes() {
    String unschedulable =
        "metadata: {name: p}\nstatus: {conditions: [{type: PodScheduled, reason:"
            + " Unschedulable, message: no room}]}";
    InferenceEndpointStatus failed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 0).pod(unschedulable).observed(),
            Given.CONFIG,
            NOW);
    assertEquals(
        "False Unschedulable",
        Conditions.text(
            EndpointStatus.of(new Given().model(HERE).before(failed).observed(), Given.CONFIG, NOW),
            "Ready"));
    assertEquals(
        EndpointState.WAKING,
        EndpointStatus.of(
                new Given().model(HERE).replicas(1, 0).before(failed).observed(), Given.CONFIG, NOW)
            .state());
  }

  @Test
  void whatAnActivatorDoesNotKnowYetIsNotReady() {
    Given early = new Given().model(HERE).load(0, 0, 0, 0, false);
    InferenceEndpointStatus first = EndpointStatus.of(early.observed(), Given.CONFIG, NOW);
    assertEquals("Unknown Pending", Conditions.text(first, "Ready"));
    InferenceEndpointStatus known =
        EndpointStatus.of(new Given().model(HERE).before(first).observed(), Given.CONFIG, NOW);
    assertEquals("True Asleep", Conditions.text(known, "Ready"));
    Given restarted = new Given().model(HERE).load(0, 0, 0, 0, false).before(known);
    assertEquals(
        "True Asleep",
        Conditions.text(EndpointStatus.of(restarted.observed(), Given.CONFIG, NOW), "Ready"));
  }
}
