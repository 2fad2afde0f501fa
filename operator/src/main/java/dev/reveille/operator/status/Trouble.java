package dev.reveille.operator.status;

import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What keeps replicas from serving, as far as the cluster tells. */
final class Trouble {
  private static final int RESTARTS = 2;
  private static final String OOM_KILLED = "OOMKilled";
  private static final String AS_ROOT =
      "the image runs as root or as a user that is a name: write the number of the user it is to run"
          + " as (securityContext.runAsUser), or runAsNonRoot: false where root is allowed; the node"
          + " says: ";

  private Trouble() {}

  /** The first trouble found; empty when there is none. */
  static Optional<Verdict> of(@Nullable Deployment deployment, List<Pod> pods) {
    return Observed.refusal(deployment)
        .map(message -> Verdict.bad(Reason.POD_REFUSED, message))
        .or(
            () ->
                pods.stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .filter(pod -> pod.getStatus() != null)
                    .map(Trouble::of)
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  private static Optional<Verdict> of(Pod pod) {
    for (PodCondition condition : pod.getStatus().getConditions()) {
      if ("Unschedulable".equals(condition.getReason())) {
        return Optional.of(Verdict.bad(Reason.UNSCHEDULABLE, condition.getMessage()));
      }
    }
    for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
      Optional<Verdict> crashing = outOfMemory(container).or(() -> crashing(container));
      if (crashing.isPresent()) {
        return crashing;
      }
      ContainerStateWaiting waiting =
          container.getState() == null ? null : container.getState().getWaiting();
      String why = waiting == null || waiting.getReason() == null ? "" : waiting.getReason();
      String message = waiting == null || waiting.getMessage() == null ? "" : waiting.getMessage();
      switch (why) {
        case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull" -> {
          return Optional.of(
              Verdict.bad(
                  Reason.IMAGE_PULL,
                  "the image " + container.getImage() + " cannot be pulled: " + message));
        }
        case "CreateContainerError", "CreateContainerConfigError", "RunContainerError" -> {
          return Optional.of(refused(message));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  /** Once is enough to tell: what it needed it will need again. */
  private static Optional<Verdict> outOfMemory(ContainerStatus container) {
    boolean killed =
        Stream.of(container.getState(), container.getLastState())
            .filter(Objects::nonNull)
            .map(ContainerState::getTerminated)
            .filter(Objects::nonNull)
            .anyMatch(exit -> OOM_KILLED.equals(exit.getReason()));
    return killed && !Boolean.TRUE.equals(container.getReady())
        ? Optional.of(
            Verdict.bad(
                Reason.OUT_OF_MEMORY,
                "the container was killed for want of memory ("
                    + restarts(container)
                    + " restarts): raise resources.limits.memory of spec.server or spec.container"))
        : Optional.empty();
  }

  private static int restarts(ContainerStatus container) {
    return container.getRestartCount() == null ? 0 : container.getRestartCount();
  }

  /** It exited twice and is not ready: while it runs between two exits it is no better. */
  private static Optional<Verdict> crashing(ContainerStatus container) {
    boolean backsOff =
        container.getState() != null
            && container.getState().getWaiting() != null
            && "CrashLoopBackOff".equals(container.getState().getWaiting().getReason());
    boolean again = restarts(container) >= RESTARTS && !Boolean.TRUE.equals(container.getReady());
    return backsOff || again
        ? Optional.of(Verdict.bad(Reason.CRASHING, "the container " + exit(container)))
        : Optional.empty();
  }

  private static String exit(ContainerStatus container) {
    ContainerStateTerminated last =
        container.getLastState() == null ? null : container.getLastState().getTerminated();
    String times = "keeps exiting (" + container.getRestartCount() + " restarts)";
    if (last == null) {
      return times;
    }
    String message = last.getMessage() == null ? "" : ": " + last.getMessage().strip();
    return "%s, last with code %d (%s)%s"
        .formatted(times, last.getExitCode(), last.getReason(), message);
  }

  /** A Secret or a file that is not there, a command that is none; root, most of all. */
  private static Verdict refused(String message) {
    return message.contains("runAsNonRoot") || message.contains("non-root policy")
        ? Verdict.bad(Reason.RUNS_AS_ROOT, AS_ROOT + message)
        : Verdict.bad(Reason.CONTAINER_REFUSED, message);
  }
}
