package dev.reveille.operator.status;

import static dev.reveille.operator.lifecycle.Given.REVISION;
import static dev.reveille.operator.lifecycle.Given.podOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.RolloutStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How far a version is rolled out, and why it does not get on. */
class RolloutConditionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ID = Keys.modelId(ModelSpec.at("http://h/m.onnx"));
  private static final Model HERE = new Model(ID, "ready", "sha256:aa", 7, "", "");
  private static final String PULLING =
      """
      metadata: {name: p, labels: {reveille.dev/revision: %s}}
      status: {containerStatuses: [{image: i, state: {waiting: {reason: ErrImagePull, message: m}}}]}
      """
          .formatted(REVISION);

  static Stream<Arguments> rows() {
    return Stream.of(
        row("asleep", given(), "True Asleep", 0, 0),
        row("its model is being fetched", new Given(), "Unknown Pending", 0, 0),
        row("there is no Deployment yet", given().withoutDeployment(), "Unknown RollingOut", 0, 0),
        row(
            "the Deployment is of the version before",
            given().template("older").replicas(1, 1),
            "Unknown RollingOut",
            1,
            1),
        row("all serve", serving("True"), "True RolledOut", 1, 1),
        row("a hello is ahead", serving("False").load(0, 0, 0, 1, true), "True RolledOut", 1, 1),
        row("the first starts", given().replicas(1, 0), "Unknown RollingOut", 0, 1),
        row(
            "a second one starts, the version before is at work",
            serving("False").replicas(1, 1).pod(podOf("older", "True")),
            "Unknown RollingOut",
            0,
            1),
        row(
            "half is done",
            serving("True").replicas(2, 2).pod(podOf("older", "True")),
            "Unknown RollingOut",
            1,
            2),
        row(
            "the last of the version before is leaving",
            serving("True")
                .pod(
                    "metadata: {name: o, deletionTimestamp: now, labels: {reveille.dev/revision:"
                        + " older}}"),
            "True RolledOut",
            1,
            1),
        row(
            "the new version cannot load",
            serving("False").replicas(1, 1).pod(podOf("older", "True")).failure(REVISION),
            "False ModelFailed",
            0,
            1),
        row(
            "its image cannot be pulled",
            given().replicas(1, 1).pod(podOf("older", "True")).pod(PULLING),
            "False ImagePull",
            0,
            1),
        row(
            "it does not get ready",
            serving("False").replicas(1, 1).pod(podOf("older", "True")).late(),
            "False ProgressDeadline",
            0,
            1));
  }

  private static Given given() {
    return new Given().model(HERE);
  }

  /** One replica of the present revision. */
  private static Given serving(String ready) {
    return given().replicas(1, ready.equals("True") ? 1 : 0).pod(podOf(REVISION, ready));
  }

  private static Arguments row(String name, Given given, String says, int updated, int wanted) {
    return Arguments.of(name, given, says, new RolloutStatus(REVISION, updated, wanted));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void says(String name, Given given, String says, RolloutStatus rollout) {
    InferenceEndpointStatus status = status(given);
    assertEquals(says, Conditions.text(status, "RolledOut"));
    assertEquals(rollout, status.rollout());
  }

  @Test
  void aWakeIsNoRollout() {
    InferenceEndpointStatus asleep = status(given());
    assertEquals(
        "True Waking", Conditions.text(status(given().replicas(1, 0).before(asleep)), "RolledOut"));
  }

  @Test
  void aCanaryThatCannotLoadSaysSoThoughItsVersionBeforeGoesOn() {
    Given mixed = serving("False").asCanary().replicas(1, 1).pod(podOf("older", "True"));
    assertEquals("Unknown OnTrial", Conditions.text(status(mixed), "CanaryProven"));
    InferenceEndpointStatus stuck = status(mixed.failure(REVISION));
    assertEquals("True ServingPartly", Conditions.text(stuck, "Ready"));
    assertEquals("False ModelFailed", Conditions.text(stuck, "CanaryProven"));
  }

  @Test
  void whatFailedIsRememberedAsleep() {
    InferenceEndpointStatus failed = status(given().replicas(1, 0).pod(PULLING));
    assertEquals("False ImagePull", Conditions.text(failed, "RolledOut"));
    assertEquals("False ImagePull", Conditions.text(status(given().before(failed)), "RolledOut"));
  }

  @Test
  void peopleAreToldWhenItBeginsIsDoneAndIsStuck() {
    InferenceEndpointStatus before =
        Given.yaml(
            "{state: Ready, rollout: {revision: older, updated: 1, wanted: 1}, conditions: [{type:"
                + " Ready, status: 'True', reason: Serving}, {type: RolledOut, status: 'True',"
                + " reason: RolledOut}]}",
            InferenceEndpointStatus.class);
    Given mixed = serving("False").replicas(1, 1).pod(podOf("older", "True"));
    InferenceEndpointStatus begun = status(mixed.before(before));
    assertEquals(List.of("RolloutBegun"), words(before, begun));
    InferenceEndpointStatus stuck = status(mixed.before(begun).failure(REVISION));
    assertEquals(List.of("ServingPartly", "ModelFailed", "RolloutStuck"), words(begun, stuck));
    assertEquals(
        "revision rev1 cannot serve, the version before goes on: ModelInvalid: no graph",
        News.between(begun, stuck).getLast().message());
    InferenceEndpointStatus done = status(serving("True").before(begun));
    assertEquals(List.of("RolledOut"), words(begun, done));
    assertEquals(List.of(), words(done, status(serving("True").before(done))));
  }

  private static List<String> words(InferenceEndpointStatus before, InferenceEndpointStatus now) {
    return News.between(before, now).stream().map(News::reason).toList();
  }

  private static InferenceEndpointStatus status(Given given) {
    return EndpointStatus.of(given.observed(), Given.CONFIG, NOW);
  }
}
