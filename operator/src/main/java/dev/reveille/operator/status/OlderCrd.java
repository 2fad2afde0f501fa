package dev.reveille.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * StatusComplete: only there when the cluster's CRD is older than this operator, so that the API
 * server drops fields of the status. What was told last is remembered, so they are not missed; but
 * it must not be written again and again.
 */
public final class OlderCrd {
  static final String TYPE = "StatusComplete";

  private static final ObjectMapper JSON = new ObjectMapper();

  private OlderCrd() {}

  /**
   * Fields that were told and are not there, such as {@code coldStarts.p95Millis}; empty when there
   * are none, or the two differ in more than that: then somebody wrote since.
   */
  static List<String> dropped(
      InferenceEndpointStatus told, @Nullable InferenceEndpointStatus there) {
    List<String> dropped = new ArrayList<>();
    return there != null && isPart(JSON.valueToTree(told), JSON.valueToTree(there), "", dropped)
        ? List.copyOf(dropped)
        : List.of();
  }

  private static boolean isPart(JsonNode told, JsonNode there, String path, List<String> dropped) {
    if (!told.isObject() || !there.isObject()) {
      return told.equals(there);
    }
    for (var field : told.properties()) {
      JsonNode known = there.get(field.getKey());
      if (known == null) {
        dropped.add(path + field.getKey());
      } else if (!isPart(field.getValue(), known, path + field.getKey() + ".", dropped)) {
        return false;
      }
    }
    return there.properties().stream().allMatch(field -> told.has(field.getKey()));
  }

  /** The condition, if it is to be shown: of what was told so long ago that it must be there. */
  public static Optional<Condition> word(
      InferenceEndpointStatus told, @Nullable InferenceEndpointStatus there, Instant now) {
    List<String> dropped = dropped(told, there);
    return dropped.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Verdict.bad(
                    Reason.OLDER_CRD,
                    "The cluster's CRD is older than this operator: the API server drops status."
                        + String.join(", status.", dropped)
                        + "; apply the CRDs of this version (helm/reveille/files/crds).")
                .condition(TYPE, known(told), told.observedGeneration(), now));
  }

  /** The condition as it was told. */
  public static Optional<Condition> known(@Nullable InferenceEndpointStatus told) {
    return told == null || told.conditions() == null
        ? Optional.empty()
        : told.conditions().stream().filter(each -> each.getType().equals(TYPE)).findFirst();
  }

  /** The status with that condition. */
  public static InferenceEndpointStatus with(InferenceEndpointStatus status, Condition word) {
    List<Condition> conditions = new ArrayList<>(Objects.requireNonNull(status.conditions()));
    conditions.add(word);
    return status.with(conditions);
  }
}
