package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.lifecycle.Given;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people are told of: each thing once. */
class NewsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Model HERE =
      new Model(Keys.modelId(ModelSpec.at("http://h/m.onnx")), "ready", "sha256:aa", 7, "", "");

  @Test
  void aNewRevisionThatDoesNotComeUpIsToldThoughTheOldOneServes() {
    String pending =
        "metadata: {name: p}\nstatus: {containerStatuses: [{image: i, state: {waiting:"
            + " {reason: ErrImagePull, message: m}}}]}";
    InferenceEndpointStatus ready =
        EndpointStatus.of(new Given().model(HERE).replicas(1, 1).observed(), Given.CONFIG, NOW);
    InferenceEndpointStatus stuck =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 1).pod(pending).before(ready).observed(),
            Given.CONFIG,
            NOW);
    assertEquals(EndpointState.READY, stuck.state());
    assertEquals("True ServingPartly", Conditions.text(stuck, "Ready"));
    assertEquals(
        List.of(new News("ServingPartly", "the image i cannot be pulled: m", true)),
        News.between(ready, stuck));
  }

  @Test
  void newsAreNewStatesAndNewReasonsWhySomethingIsWrong() {
    InferenceEndpointStatus ready =
        EndpointStatus.of(new Given().model(HERE).replicas(1, 1).observed(), Given.CONFIG, NOW);
    InferenceEndpointStatus rolloverFailed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 1).failure(Given.REVISION).before(ready).observed(),
            Given.CONFIG,
            NOW);
    assertEquals(
        List.of(new News("Serving", Reason.SERVING.sentence(), false)), News.between(null, ready));
    assertEquals(List.of(), News.between(ready, ready));
    assertEquals(
        List.of(new News("ModelFailed", "ModelInvalid: no graph", true)),
        News.between(ready, rolloverFailed));
    InferenceEndpointStatus failed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 0).failure(Given.REVISION).observed(),
            Given.CONFIG,
            NOW);
    assertEquals(
        List.of(new News("ModelFailed", "ModelInvalid: no graph", true)),
        News.between(ready, failed),
        "told once, though two conditions say so");
  }

  @Test
  void aPoolIsToldOfWhenItStandsAndWhenItNoLongerDoes() {
    WarmPoolStatus starting = pool("Unknown", "Starting");
    WarmPoolStatus standing = pool("True", "Standing");
    WarmPoolStatus refilling = pool("True", "Refilling");
    WarmPoolStatus crashing = pool("False", "Crashing");
    WarmPoolStatus pulling = pool("False", "ImagePull");
    assertEquals(List.of(new News("Starting", "m", false)), News.between(null, starting));
    assertEquals(List.of(new News("Standing", "m", false)), News.between(starting, standing));
    assertEquals(List.of(), News.between(standing, refilling), "a claim is no news");
    assertEquals(List.of(new News("Crashing", "m", true)), News.between(refilling, crashing));
    assertEquals(List.of(new News("ImagePull", "m", true)), News.between(crashing, pulling));
    assertEquals(List.of(), News.between(pulling, pulling));
  }

  private static WarmPoolStatus pool(String status, String reason) {
    Condition ready =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus(status)
            .withReason(reason)
            .withMessage("m")
            .build();
    return new WarmPoolStatus(1L, 0, 0L, 0L, List.of(), List.of(ready));
  }
}
