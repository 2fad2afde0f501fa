package dev.reveille.e2e.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.e2e.kit.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory and processor time of Reveille's pods, as their kubelets tell them, and of the API server,
 * as it tells itself.
 */
final class Programs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API_SERVER = "kube-apiserver";

  private Programs() {}

  /**
   * Of one program.
   *
   * @param memoryBytes resident, shared files left out
   * @param cpuSeconds since it started
   */
  record Use(double memoryBytes, double cpuSeconds, Instant at) {
    double mebibytes() {
      return memoryBytes / (1 << 20);
    }

    /** Seconds of processor a minute between then and now. */
    double cpuPerMinute(Use before) {
      double seconds = (at.toEpochMilli() - before.at.toEpochMilli()) / 1e3;
      return (cpuSeconds - before.cpuSeconds) * 60 / seconds;
    }
  }

  /** Name of the pod, or of the program → what it uses. */
  static Map<String, Use> now(Cluster cluster) {
    Map<String, Use> all = new TreeMap<>();
    for (String component : new String[] {Cluster.OPERATOR, Cluster.ACTIVATOR}) {
      for (Pod pod : cluster.components(component)) {
        all.put(pod.getMetadata().getName(), of(pod, cluster.client()));
      }
    }
    String metrics = Objects.requireNonNull(cluster.client().raw("/metrics"));
    all.put(
        API_SERVER,
        new Use(
            value(metrics, "process_resident_memory_bytes"),
            value(metrics, "process_cpu_seconds_total"),
            Instant.now()));
    return all;
  }

  private static Use of(Pod pod, KubernetesClient client) {
    String path =
        "/api/v1/nodes/%s/proxy/stats/summary?only_cpu_and_memory=true"
            .formatted(pod.getSpec().getNodeName());
    for (JsonNode each : json(Objects.requireNonNull(client.raw(path), path)).path("pods")) {
      if (each.path("podRef").path("uid").asText().equals(pod.getMetadata().getUid())) {
        JsonNode container = each.path("containers").path(0);
        return new Use(
            container.path("memory").path("rssBytes").asDouble(),
            container.path("cpu").path("usageCoreNanoSeconds").asDouble() / 1e9,
            Instant.parse(container.path("cpu").path("time").asText()));
      }
    }
    throw new AssertionError("the kubelet knows nothing of " + pod.getMetadata().getName());
  }

  private static double value(String metrics, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + " (.*)$").matcher(metrics);
    return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
