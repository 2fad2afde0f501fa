package dev.reveille.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All pods that there are or ever were. */
final class PodList {
  private final List<PodObject> pods = new ArrayList<>();

  void add(PodObject pod) {
    pods.add(pod);
  }

  List<PodObject> all() {
    return pods;
  }

  /** What listens at that address now. */
  Optional<ModelProcess> at(String host) {
    for (PodObject pod : pods) {
      if (pod.host.equals(host) && !pod.freed && pod.process != null && pod.process.alive) {
        return Optional.of(pod.process);
      }
    }
    return Optional.empty();
  }

  /** Nobody is there who could say that nothing listens. */
  boolean isLost(String host) {
    return pods.stream().anyMatch(pod -> pod.lost && !pod.freed && pod.host.equals(host));
  }

  Optional<PodObject> named(String name) {
    return pods.stream().filter(pod -> pod.name.equals(name)).findFirst();
  }

  /** Some pod that runs; empty when there is none. */
  Optional<PodObject> some(int which) {
    List<PodObject> running =
        pods.stream().filter(pod -> !pod.gone && pod.process != null && pod.process.alive).toList();
    return running.isEmpty() ? Optional.empty() : Optional.of(running.get(which % running.size()));
  }
}
