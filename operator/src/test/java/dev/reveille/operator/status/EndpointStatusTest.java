package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
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
        waiting("CrashLoopBackOff", "back-off", "False Crashing"),
        waiting("CreateContainerConfigError", "secret \"hub\" not found", "False ContainerRefused"),
        waiting(
            "CreateContainerConfigError",
            "container has runAsNonRoot and image will run as root (pod: p, container: model)",
            "False RunsAsRoot"),
        waiting(
            "CreateContainerConfigError",
            "container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user"
                + " is non-root",
            "False RunsAsRoot"),
        row(
            new Given()
                .model(HERE)
                .replicas(1, 0)
                .applied(new Applied.Refused("Service minilm", "no")),
            EndpointState.WAKING,
            "True ObjectRefused",
            "True Available"),
        row(
            new Given().model(HERE).applied(new Applied.Refused("Deployment minilm", "no")),
            EndpointState.FAILED,
            "False ObjectRefused",
            "True Available"),
        row(
            new Given().model(HERE).replicas(1, 1).applied(new Applied.Ending()),
            EndpointState.FAILED,
            "False NamespaceTerminating",
            "True Available"),
        row(
            new Given().model(HERE).unwoken(0),
            EndpointState.FAILED,
            "False WakeRefused",
            "True Available"),
        row(
            new Given().model(HERE).unwoken(1),
            EndpointState.READY,
            "True ServingPartly",
            "True Available"),
        row(
            new Given().model(HERE).unwoken(0).replicas(1, 0),
            EndpointState.WAKING,
            "True Waking",
            "True Available"),
        row(
            new Given().model(HERE).paused(),
            EndpointState.PAUSED,
            "True Paused",
            "True Available"),
        row(
            new Given().model(GONE).replicas(1, 1).paused(),
            EndpointState.PAUSED,
            "True Paused",
            "False ModelUnavailable"),
        row(
            new Given().model(HERE).paused().applied(new Applied.NameTaken("Service minilm")),
            EndpointState.PAUSED,
            "False NameTaken",
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

  /** A replica whose container waits for this reason. */
  private static Arguments waiting(String reason, String message, String ready) {
    return row(
        new Given()
            .model(HERE)
            .replicas(1, 0)
            .pod(
                """
                metadata: {name: p}
                status:
                  containerStatuses: [{image: i, state: {waiting: {reason: %s, message: '%s'}}}]
                """
                    .formatted(reason, message)),
        EndpointState.FAILED,
        ready,
        "True Available");
  }

  private static Arguments row(Given given, EndpointState state, String ready, String model) {
    return Arguments.of(given, state, ready, model);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void says(Given given, EndpointState state, String ready, String model) {
    InferenceEndpointStatus status = EndpointStatus.of(given.observed(), Given.CONFIG, NOW);
    assertEquals(state, status.state());
    assertEquals(ready, Conditions.text(status, "Ready"));
    assertEquals(model, Conditions.text(status, "ModelAvailable"));
    assertEquals("http://minilm.demo.svc.cluster.local", status.url());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whoWaitsGivesUpWhereWaitingAloneDoesNotHelp(Given given, EndpointState state, String ready) {
    InferenceEndpointStatus status = EndpointStatus.of(given.observed(), Given.CONFIG, NOW);
    boolean hopeless = ready.startsWith("False") && !ready.equals("False Unschedulable");
    assertEquals(
        hopeless ? ready.replace("False", "True") : "", Conditions.text(status, "Stalled"));
  }

  @Test
  void unchangedIsEqualAndTransitionTimesStay() {
    InferenceEndpointStatus first =
        EndpointStatus.of(new Given().model(HERE).observed(), Given.CONFIG, NOW);
    InferenceEndpointStatus second =
        EndpointStatus.of(
            new Given().model(HERE).before(first).observed(), Given.CONFIG, NOW.plusSeconds(60));
    assertEquals(first, second);
  }

  @Test
  void theFirstDigestBinds() {
    InferenceEndpointStatus first =
        EndpointStatus.of(new Given().model(HERE).observed(), Given.CONFIG, NOW);
    Model other = new Model(ID, "ready", "sha256:bb", 8, "", "");
    InferenceEndpointStatus second =
        EndpointStatus.of(new Given().model(other).before(first).observed(), Given.CONFIG, NOW);
    assertEquals("sha256:aa", second.model().digest());
  }

  @Test
  void theSizeComesWithTheReportOfThatDigest() {
    Given pinned = new Given().model(new Model(ID, "ready", "sha256:aa", 7, "", ""));
    InferenceEndpointStatus first = EndpointStatus.of(new Given().observed(), Given.CONFIG, NOW);
    assertEquals(null, first.model().bytes());
    assertEquals(
        7, EndpointStatus.of(pinned.before(first).observed(), Given.CONFIG, NOW).model().bytes());
  }
}
