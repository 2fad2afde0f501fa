package dev.reveille.operator.lifecycle;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Load;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one reconciliation sees.
 *
 * @param revision the desired one
 * @param deployment the endpoint's own; null: none yet
 * @param pods those of this endpoint's UID
 */
public record Observed(
    InferenceEndpoint endpoint,
    String revision,
    @Nullable Deployment deployment,
    @Nullable HorizontalPodAutoscaler autoscaler,
    List<Pod> pods,
    Load load,
    Applied applied) {
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  /** An evicted pod stays in the list long after it is over. */
  public Observed {
    pods =
        pods.stream().filter(pod -> pod.getStatus() == null || !OVER.contains(phase(pod))).toList();
  }

  private static String phase(Pod pod) {
    return pod.getStatus().getPhase() == null ? "" : pod.getStatus().getPhase();
  }

  /** Replicas that are wanted now. */
  public int wanted() {
    return deployment == null || deployment.getSpec().getReplicas() == null
        ? 0
        : deployment.getSpec().getReplicas();
  }

  /** Pods that exist: ready or not, or finishing what they run. */
  public int existing() {
    return pods.size();
  }

  /**
   * Replicas that can serve: a hello is ahead of what the API shows, and says nothing of servers
   * that are not ours in an activator that has just started. A draining one serves nobody new.
   */
  public int ready() {
    Integer shown =
        deployment == null || deployment.getStatus() == null
            ? null
            : deployment.getStatus().getReadyReplicas();
    return Math.min(wanted(), Math.max(shown == null ? 0 : shown, load.backends()));
  }

  /** Since when the longest-lived replica is up or on its way; empty: there is none. */
  public Optional<Instant> upSince() {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(pod -> pod.getMetadata().getCreationTimestamp())
        .filter(created -> created != null)
        .map(Instant::parse)
        .min(Comparator.naturalOrder());
  }
}
