package dev.reveille.operator.reconcile;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.PausedBy;
import dev.reveille.operator.child.Children;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;

/**
 * What caches keep of an object: two thirds of a Deployment in memory are its managed fields. Of an
 * endpoint nobody asks more than who paused it; of our own objects the part that says what we own
 * is needed, and is nearly the same for all of them.
 */
final class Lean {
  private static final SharedParts SHARED = new SharedParts();

  private Lean() {}

  /** Keeps endpoints; made by the framework. */
  static final class Endpoints extends TransformingItemStore<InferenceEndpoint> {
    Endpoints() {
      super(Lean::endpoint);
    }
  }

  /** Keeps what is made for endpoints and pools. */
  static <T extends HasMetadata> TransformingItemStore<T> children() {
    return new TransformingItemStore<>(Lean::ours);
  }

  /** Keeps pods, which others make. */
  static <T extends HasMetadata> TransformingItemStore<T> others() {
    return new TransformingItemStore<>(Lean::unmanaged);
  }

  private static InferenceEndpoint endpoint(InferenceEndpoint object) {
    PausedBy.forgetTheRest(object);
    return object;
  }

  private static <T extends HasMetadata> T unmanaged(T object) {
    object.getMetadata().setManagedFields(null);
    return object;
  }

  private static <T extends HasMetadata> T ours(T object) {
    List<ManagedFieldsEntry> entries = object.getMetadata().getManagedFields();
    List<ManagedFieldsEntry> kept =
        entries == null ? List.of() : entries.stream().filter(Children::isOurs).toList();
    kept.stream()
        .map(ManagedFieldsEntry::getFieldsV1)
        .filter(fields -> fields != null)
        .forEach(
            fields ->
                fields.setAdditionalProperties(SHARED.share(fields.getAdditionalProperties())));
    object.getMetadata().setManagedFields(kept);
    return object;
  }
}
