package dev.reveille.crds;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who paused an endpoint, when, and how it is resumed, as a sentence. */
public final class PausedBy {
  private PausedBy() {}

  public static String sentence(InferenceEndpoint endpoint) {
    return "paused%s; spec.paused: false resumes it".formatted(by(endpoint));
  }

  /** As far as the API server notes who owns the field. */
  private static String by(InferenceEndpoint endpoint) {
    List<ManagedFieldsEntry> entries = endpoint.getMetadata().getManagedFields();
    return entries == null
        ? ""
        : entries.stream()
            .filter(PausedBy::owns)
            .findFirst()
            .map(entry -> " by " + entry.getManager() + since(entry.getTime()))
            .orElse("");
  }

  /** When that manager wrote last. */
  private static String since(@Nullable String time) {
    return time == null ? "" : " (" + time + ")";
  }

  private static boolean owns(ManagedFieldsEntry entry) {
    return entry.getManager() != null
        && entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:paused");
  }
}
