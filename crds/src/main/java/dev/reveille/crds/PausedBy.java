package dev.reveille.crds;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who paused an endpoint, when, and how it is resumed, as a sentence. */
public final class PausedBy {
  private static final String SPEC = "f:spec";
  private static final String PAUSED = "f:paused";

  private PausedBy() {}

  public static String sentence(InferenceEndpoint endpoint) {
    return "paused%s; spec.paused: false resumes it".formatted(by(endpoint));
  }

  /**
   * Forgets who manages which field, which is most of what an endpoint takes in memory, but for
   * what the sentence is made of.
   */
  public static void forgetTheRest(InferenceEndpoint endpoint) {
    boolean paused = endpoint.getSpec() != null && endpoint.getSpec().paused();
    endpoint
        .getMetadata()
        .setManagedFields(
            paused ? owner(endpoint).map(PausedBy::slim).stream().toList() : List.of());
  }

  private static ManagedFieldsEntry slim(ManagedFieldsEntry owner) {
    return new ManagedFieldsEntryBuilder()
        .withManager(owner.getManager())
        .withTime(owner.getTime())
        .withNewFieldsV1()
        .addToAdditionalProperties(SPEC, Map.of(PAUSED, Map.of()))
        .endFieldsV1()
        .build();
  }

  private static String by(InferenceEndpoint endpoint) {
    return owner(endpoint)
        .map(entry -> " by " + entry.getManager() + since(entry.getTime()))
        .orElse("");
  }

  /** As far as the API server notes who owns the field; of several, who wrote last. */
  private static Optional<ManagedFieldsEntry> owner(InferenceEndpoint endpoint) {
    List<ManagedFieldsEntry> entries = endpoint.getMetadata().getManagedFields();
    return entries == null
        ? Optional.empty()
        : entries.stream()
            .filter(PausedBy::owns)
            .max(Comparator.comparing(entry -> entry.getTime() == null ? "" : entry.getTime()));
  }

  /** When that manager wrote last. */
  private static String since(@Nullable String time) {
    return time == null ? "" : " (" + time + ")";
  }

  private static boolean owns(ManagedFieldsEntry entry) {
    return entry.getManager() != null
        && entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().get(SPEC) instanceof Map<?, ?> spec
        && spec.containsKey(PAUSED);
  }
}
