package dev.reveille.operator.fault;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often each endpoint and pool was reconciled to the end. */
final class Looks implements Metrics {
  private final Map<String, Integer> finished = new ConcurrentHashMap<>();

  @Override
  public void finishedReconciliation(HasMetadata resource, Map<String, Object> metadata) {
    finished.merge(resource.getMetadata().getUid(), 1, Integer::sum);
  }

  int count(String uid) {
    return finished.getOrDefault(uid, 0);
  }

  /** UIDs of the endpoints and pools of a scene. */
  static List<String> at(Scene scene) {
    return scene.objects().entrySet().stream()
        .filter(entry -> entry.getKey().group().contains("reveille.dev"))
        .map(entry -> entry.getValue().path("metadata").path("uid").asText())
        .toList();
  }
}
