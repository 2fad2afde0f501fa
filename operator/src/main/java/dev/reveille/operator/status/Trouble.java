package dev.reveille.operator.status;

import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import java.util.List;
import java.util.Optional;

/** What keeps an endpoint's replicas from serving, as far as the cluster tells. */
final class Trouble {
  private Trouble() {}

  /** The first trouble found; empty when there is none. */
  static Optional<Verdict> of(Observed observed) {
    Optional<Verdict> refused = refused(observed);
    if (refused.isPresent()) {
      return refused;
    }
    return observed.pods().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus() != null)
        .map(Trouble::of)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Verdict> refused(Observed observed) {
    if (observed.deployment() == null || observed.deployment().getStatus() == null) {
      return Optional.empty();
    }
    for (DeploymentCondition condition : observed.deployment().getStatus().getConditions()) {
      if (condition.getType().equals("ReplicaFailure") && condition.getStatus().equals("True")) {
        return Optional.of(Verdict.bad(Reason.POD_REFUSED, condition.getMessage()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Verdict> of(Pod pod) {
    for (PodCondition condition : pod.getStatus().getConditions()) {
      if ("Unschedulable".equals(condition.getReason())) {
        return Optional.of(Verdict.bad(Reason.UNSCHEDULABLE, condition.getMessage()));
      }
    }
    List<ContainerStatus> containers = pod.getStatus().getContainerStatuses();
    for (ContainerStatus container : containers) {
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
        case "CrashLoopBackOff",
            "CreateContainerError",
            "CreateContainerConfigError",
            "RunContainerError" -> {
          return Optional.of(Verdict.bad(Reason.CRASHING, message));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }
}
