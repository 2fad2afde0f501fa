package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** Conditions as tests compare them: {@code True Serving}. */
final class Conditions {
  private Conditions() {}

  static String text(InferenceEndpointStatus status, String type) {
    return text(status.conditions(), type);
  }

  /** Empty text when there is no such condition. */
  static String text(List<Condition> conditions, String type) {
    return conditions.stream()
        .filter(condition -> condition.getType().equals(type))
        .map(condition -> condition.getStatus() + " " + condition.getReason())
        .findFirst()
        .orElse("");
  }
}
