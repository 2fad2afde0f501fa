package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How often Reveille's own containers were restarted: what no test does on purpose. */
final class Restarts {
  private static final int LOG_LINES = 40;

  private final Cluster cluster;
  private final Map<String, Integer> before = new HashMap<>();

  private Restarts(Cluster cluster) {
    this.cluster = cluster;
  }

  static Restarts from(Cluster cluster) {
    Restarts restarts = new Restarts(cluster);
    restarts.pods().forEach(pod -> restarts.before.put(pod.getMetadata().getUid(), count(pod)));
    return restarts;
  }

  /** A line and the log's end for each pod that was restarted since; empty when none was. */
  List<String> since() {
    List<String> restarted = new ArrayList<>();
    pods()
        .filter(pod -> count(pod) > before.getOrDefault(pod.getMetadata().getUid(), 0))
        .forEach(pod -> restarted.add(told(pod)));
    return restarted;
  }

  private Stream<Pod> pods() {
    return Stream.of(Cluster.OPERATOR, Cluster.ACTIVATOR)
        .flatMap(component -> cluster.components(component).stream());
  }

  private static int count(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .mapToInt(ContainerStatus::getRestartCount)
        .sum();
  }

  private String told(Pod pod) {
    String name = pod.getMetadata().getName();
    return name
        + " was restarted: "
        + pod.getStatus().getContainerStatuses().getFirst().getLastState().getTerminated()
        + "\n"
        + log(name);
  }

  private String log(String pod) {
    try {
      return cluster
          .client()
          .pods()
          .inNamespace(Cluster.SYSTEM)
          .withName(pod)
          .terminated()
          .tailingLines(LOG_LINES)
          .getLog();
    } catch (KubernetesClientException e) {
      return "its log is not to be had: " + e.getMessage();
    }
  }
}
