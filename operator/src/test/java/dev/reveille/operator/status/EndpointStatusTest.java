package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.activators.LoadReport.Phase;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.Given;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From what is seen to what the status says. */
class EndpointStatusTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ID = Keys.modelId(ModelSpec.at("http://h/m.onnx"));
  private static final Model HERE = new Model(ID, "ready", "sha256:aa", 7, "", "");
  private static final Model FETCHING = new Model(ID, "fetching", null, 0, "", "");
  private static final Model GONE =
      new Model(ID, "failed", null, 0, "SourceNotFound", "answered 404");

  static Stream<Arguments> rows() {
    return Stream.of(
        row(new Given().model(HERE), EndpointState.ASLEEP, "True Asleep", "True Available"),
        row(new Given(), EndpointState.ASLEEP, "Unknown Pending", "Unknown Pending"),
        row(
            new Given().model(FETCHING),
            EndpointState.ASLEEP,
            "Unknown Fetching",
            "Unknown Fetching"),
        row(
            new Given().model(GONE),
            EndpointState.FAILED,
            "False ModelUnavailable",
            "False ModelUnavailable"),
        row(
            new Given().model(new Model("other", "failed", null, 0, "x", "y")),
            EndpointState.ASLEEP,
            "Unknown Pending",
            "Unknown Pending"),
        row(
            new Given().model(HERE).replicas(1, 0),
            EndpointState.WAKING,
            "True Waking",
            "True Available"),
        row(
            new Given().model(HERE).replicas(1, 1),
            EndpointState.READY,
            "True Serving",
            "True Available"),
        row(
            new Given().model(HERE).replicas(1, 0).load(0, 0, 0, 1, true),
            EndpointState.READY,
            "True Serving",
            "True Available"),
        row(
            new Given().model(HERE).pod("metadata: {deletionTimestamp: now}"),
            EndpointState.DRAINING,
            "True Draining",
            "True Available"),
        row(
            new Given().model(HERE).replicas(1, 0).failure(Given.REVISION),
            EndpointState.FAILED,
            "False ModelFailed",
            "False ModelFailed"),
        row(
            new Given().model(HERE).replicas(1, 1).failure(Given.REVISION),
            EndpointState.READY,
            "True Serving",
            "False ModelFailed"),
        row(
            new Given().model(HERE).replicas(1, 0).failure("older"),
            EndpointState.WAKING,
            "True Waking",
            "True Available"),
        row(
            new Given().model(HERE).replicas(1, 0).applied(new Applied.NameTaken("Service minilm")),
            EndpointState.FAILED,
            "False NameTaken",
            "True Available"),
        row(
            new Given()
                .model(HERE)
                .applied(new Applied.Leaving("Deployment minilm"))
                .withoutDeployment(),
            EndpointState.ASLEEP,
            "Unknown Replacing",
            "True Available"),
        row(
            new Given()
                .model(HERE)
                .applied(new Applied.Refused("Deployment minilm", "quota"))
                .withoutDeployment(),
            EndpointState.FAILED,
            "False ObjectRefused",
            "True Available"),
        row(
            new Given()
                .model(HERE)
                .replicas(1, 1)
                .applied(new Applied.Refused("Deployment minilm", "quota")),
            EndpointState.READY,
            "True ObjectRefused",
            "True Available"),
        row(
            new Given().model(HERE).pod("metadata: {name: evicted}\nstatus: {phase: Failed}"),
            EndpointState.ASLEEP,
            "True Asleep",
            "True Available"),
        row(
            new Given()
                .model(HERE)
                .replicas(0, 1)
                .load(0, 0, 0, 1, true)
                .pod("metadata: {name: p}"),
            EndpointState.DRAINING,
            "True Draining",
            "True Available"),
        row(
            new Given()
                .model(HERE)
                .replicas(1, 0)
                .pod(
                    "metadata: {name: p}\nstatus: {containerStatuses: [{image: i, state: {waiting:"
                        + " {reason: ImagePullBackOff, message: m}}}]}"),
            EndpointState.FAILED,
            "False ImagePull",
            "True Available"),
        row(
            new Given()
                .model(HERE)
                .replicas(1, 0)
                .pod(
                    "metadata: {name: p}\nstatus: {conditions: [{type: PodScheduled, reason:"
                        + " Unschedulable, message: no room}]}"),
            EndpointState.FAILED,
            "False Unschedulable",
            "True Available"));
  }

  private static Arguments row(Given given, EndpointState state, String ready, String model) {
    return Arguments.of(given, state, ready, model);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void says(Given given, EndpointState state, String ready, String model) {
    InferenceEndpointStatus status = EndpointStatus.of(given.observed(), "cluster.local", NOW);
    assertEquals(state, status.state());
    assertEquals(ready, text(status, "Ready"));
    assertEquals(model, text(status, "ModelAvailable"));
    assertEquals("http://minilm.demo.svc.cluster.local", status.url());
  }

  @Test
  void unchangedIsEqualAndTransitionTimesStay() {
    InferenceEndpointStatus first =
        EndpointStatus.of(new Given().model(HERE).observed(), "cluster.local", NOW);
    InferenceEndpointStatus second =
        EndpointStatus.of(
            new Given().model(HERE).before(first).observed(), "cluster.local", NOW.plusSeconds(60));
    assertEquals(first, second);
  }

  @Test
  void theFirstDigestBinds() {
    InferenceEndpointStatus first =
        EndpointStatus.of(new Given().model(HERE).observed(), "cluster.local", NOW);
    Model other = new Model(ID, "ready", "sha256:bb", 8, "", "");
    InferenceEndpointStatus second =
        EndpointStatus.of(new Given().model(other).before(first).observed(), "cluster.local", NOW);
    assertEquals("sha256:aa", second.model().digest());
  }

  @Test
  void theSizeComesWithTheReportOfThatDigest() {
    Given pinned = new Given().model(new Model(ID, "ready", "sha256:aa", 7, "", ""));
    InferenceEndpointStatus first = EndpointStatus.of(new Given().observed(), "cluster.local", NOW);
    assertEquals(null, first.model().bytes());
    assertEquals(7, EndpointStatus.of(pinned.before(first).observed(), "d", NOW).model().bytes());
  }

  @Test
  void aModelThatFailedStaysFailedThoughTheActivatorsForgot() {
    InferenceEndpointStatus failed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 0).failure(Given.REVISION).observed(), "d", NOW);
    assertEquals(EndpointState.FAILED, failed.state());
    for (int wanted : new int[] {0, 1}) {
      InferenceEndpointStatus later =
          EndpointStatus.of(
              new Given().model(HERE).replicas(wanted, 0).before(failed).observed(), "d", NOW);
      assertEquals(EndpointState.FAILED, later.state());
      assertEquals("False ModelFailed", text(later, "Ready"));
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
                "d",
                NOW)
            .state(),
        "a replica that serves ends it");
    Given corrected = new Given().model(HERE).before(failed);
    corrected.endpoint.getMetadata().setGeneration(2L);
    assertEquals(
        EndpointState.ASLEEP,
        EndpointStatus.of(corrected.observed(), "d", NOW).state(),
        "a new spec ends it");
  }

  @Test
  void whatThePodsFailedOfIsSaidWhileTheEndpointSleepsAndLookedAtAgainWhenItWakes() {
    String unschedulable =
        "metadata: {name: p}\nstatus: {conditions: [{type: PodScheduled, reason:"
            + " Unschedulable, message: no room}]}";
    InferenceEndpointStatus failed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 0).pod(unschedulable).observed(), "d", NOW);
    assertEquals(
        "False Unschedulable",
        text(
            EndpointStatus.of(new Given().model(HERE).before(failed).observed(), "d", NOW),
            "Ready"));
    assertEquals(
        EndpointState.WAKING,
        EndpointStatus.of(
                new Given().model(HERE).replicas(1, 0).before(failed).observed(), "d", NOW)
            .state());
  }

  @Test
  void aNewRevisionThatDoesNotComeUpIsToldThoughTheOldOneServes() {
    String pending =
        "metadata: {name: p}\nstatus: {containerStatuses: [{image: i, state: {waiting:"
            + " {reason: ErrImagePull, message: m}}}]}";
    InferenceEndpointStatus ready =
        EndpointStatus.of(new Given().model(HERE).replicas(1, 1).observed(), "d", NOW);
    InferenceEndpointStatus stuck =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 1).pod(pending).before(ready).observed(), "d", NOW);
    assertEquals(EndpointState.READY, stuck.state());
    assertEquals("True ServingPartly", text(stuck, "Ready"));
    assertEquals(
        List.of(new News("ServingPartly", "the image i cannot be pulled: m", true)),
        News.between(ready, stuck));
  }

  @Test
  void newsAreNewStatesAndNewReasonsWhySomethingIsWrong() {
    InferenceEndpointStatus ready =
        EndpointStatus.of(new Given().model(HERE).replicas(1, 1).observed(), "d", NOW);
    InferenceEndpointStatus rolloverFailed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 1).failure(Given.REVISION).before(ready).observed(),
            "d",
            NOW);
    assertEquals(
        List.of(new News("Serving", Reason.SERVING.sentence(), false)), News.between(null, ready));
    assertEquals(List.of(), News.between(ready, ready));
    assertEquals(
        List.of(new News("ModelFailed", "ModelInvalid: no graph", true)),
        News.between(ready, rolloverFailed));
    InferenceEndpointStatus failed =
        EndpointStatus.of(
            new Given().model(HERE).replicas(1, 0).failure(Given.REVISION).observed(), "d", NOW);
    assertEquals(
        List.of(new News("ModelFailed", "ModelInvalid: no graph", true)),
        News.between(ready, failed),
        "told once, though two conditions say so");
  }

  @Test
  void coldStartsAreCountedOnce() {
    ColdStart one = new ColdStart(1000, 384.24, List.of(new Phase("scale", 6.06)));
    ColdStart two = new ColdStart(2000, 1240, List.of());
    InferenceEndpointStatus first =
        EndpointStatus.of(new Given().coldStarts(one).observed(), "d", NOW);
    InferenceEndpointStatus second =
        EndpointStatus.of(new Given().coldStarts(one, two).before(first).observed(), "d", NOW);
    InferenceEndpointStatus third =
        EndpointStatus.of(new Given().coldStarts(one, two).before(second).observed(), "d", NOW);
    assertEquals(1, first.coldStarts().count());
    assertEquals("384ms", first.coldStarts().last().total());
    assertEquals(384.2, first.coldStarts().last().totalMillis());
    assertEquals(2, second.coldStarts().count());
    assertEquals("1.24s", second.coldStarts().last().total());
    assertEquals(second, third);
    assertEquals("answered after 384ms: scale 6", ColdStarts.sentence(one));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource({
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
    assertEquals(wanted, text(EndpointStatus.of(given.observed(), "d", NOW), "ScalingActive"));
  }

  @Test
  void everyReasonHasASentence() {
    for (Reason reason : Reason.values()) {
      assertTrue(reason.sentence().endsWith("."), reason + ": " + reason.sentence());
      assertTrue(reason.word().matches("[A-Z][A-Za-z]+"), reason.word());
    }
  }

  @Test
  void whatAnActivatorDoesNotKnowYetIsNotReady() {
    Given early = new Given().model(HERE).load(0, 0, 0, 0, false);
    InferenceEndpointStatus first = EndpointStatus.of(early.observed(), "d", NOW);
    assertEquals("Unknown Pending", text(first, "Ready"));
    InferenceEndpointStatus known =
        EndpointStatus.of(new Given().model(HERE).before(first).observed(), "d", NOW);
    assertEquals("True Asleep", text(known, "Ready"));
    Given restarted = new Given().model(HERE).load(0, 0, 0, 0, false).before(known);
    assertEquals("True Asleep", text(EndpointStatus.of(restarted.observed(), "d", NOW), "Ready"));
  }

  private static String text(InferenceEndpointStatus status, String type) {
    Condition condition =
        status.conditions().stream()
            .filter(c -> c.getType().equals(type))
            .findFirst()
            .orElseThrow();
    return condition.getStatus() + " " + condition.getReason();
  }
}
