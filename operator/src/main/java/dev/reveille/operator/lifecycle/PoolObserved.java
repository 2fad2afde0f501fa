package dev.reveille.operator.lifecycle;

import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.PoolLoad;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one reconciliation sees of a pool.
 *
 * @param deployment the pool's own; null: none yet
 * @param pods those that carry the pool's label: handed-over ones are not among them
 */
public record PoolObserved(
    WarmPool pool,
    @Nullable Deployment deployment,
    List<Pod> pods,
    PoolLoad load,
    Applied applied) {

  public PoolObserved {
    pods = Observed.lasting(pods);
  }

  /** Pods that an activator found to be of no use any more. */
  public List<Pod> spent() {
    return pods.stream()
        .filter(pod -> load.spent().contains(pod.getMetadata().getName()))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }
}
