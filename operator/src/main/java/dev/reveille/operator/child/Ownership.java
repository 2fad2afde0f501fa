package dev.reveille.operator.child;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns what a POST owns into what an apply would own, without the replicas unless they are
 * desired: else a field that we drop later would stay for ever, and an apply without replicas would
 * reset them to 1 (kubernetes.io, Server-Side Apply, "Upgrading from client-side apply").
 */
final class Ownership {
  private static final int CONFLICT = 409;
  private static final int MOST_TRIES = 5;

  private final KubernetesClient client;

  Ownership(KubernetesClient client) {
    this.client = client;
  }

  /** Whether an apply of ours owns fields of it. */
  static boolean isTaken(HasMetadata object) {
    return entries(object).stream().anyMatch(Ownership::isApplied);
  }

  /** The object as it is afterwards. */
  <T extends HasMetadata> T take(T created, HasMetadata desired) {
    T object = created;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      List<ManagedFieldsEntry> entries = entries(object);
      if (isTaken(object) || entries.stream().noneMatch(Ownership::posted)) {
        break;
      }
      List<ManagedFieldsEntry> taken =
          entries.stream().map(entry -> posted(entry) ? applied(entry, desired) : entry).toList();
      try {
        return client
            .resource(created)
            .patch(PatchContext.of(PatchType.JSON), Serialization.asJson(patch(object, taken)));
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT) {
          throw e;
        }
      }
      T newer = client.resource(created).get(); // its controller wrote the status meanwhile
      if (newer == null) {
        break;
      }
      object = newer;
    }
    return object;
  }

  private static List<ManagedFieldsEntry> entries(HasMetadata object) {
    List<ManagedFieldsEntry> entries = object.getMetadata().getManagedFields();
    return entries == null ? List.of() : entries;
  }

  private static List<Map<String, Object>> patch(
      HasMetadata object, List<ManagedFieldsEntry> entries) {
    String version = object.getMetadata().getResourceVersion();
    return List.of(
        Map.of("op", "replace", "path", "/metadata/managedFields", "value", entries),
        Map.of("op", "replace", "path", "/metadata/resourceVersion", "value", version));
  }

  static boolean isOurs(ManagedFieldsEntry entry) {
    return posted(entry) || isApplied(entry);
  }

  /** The client names itself after its user agent; controllers write subresources. */
  private static boolean posted(ManagedFieldsEntry entry) {
    return entry.getSubresource() == null
        && "Update".equals(entry.getOperation())
        && entry.getManager().startsWith("fabric8");
  }

  private static boolean isApplied(ManagedFieldsEntry entry) {
    return "Apply".equals(entry.getOperation())
        && Children.FIELD_MANAGER.equals(entry.getManager());
  }

  /** Another one: this one may be the cache's, and the patch may fail. */
  private static ManagedFieldsEntry applied(ManagedFieldsEntry entry, HasMetadata desired) {
    FieldsV1 fields = entry.getFieldsV1();
    return new ManagedFieldsEntryBuilder(entry)
        .withManager(Children.FIELD_MANAGER)
        .withOperation("Apply")
        .withFieldsV1(hasReplicas(desired) ? fields : withoutReplicas(fields))
        .build();
  }

  private static boolean hasReplicas(HasMetadata desired) {
    return desired instanceof Deployment deployment && deployment.getSpec().getReplicas() != null;
  }

  private static FieldsV1 withoutReplicas(FieldsV1 fields) {
    Map<String, Object> copy = new LinkedHashMap<>(fields.getAdditionalProperties());
    if (copy.get("f:spec") instanceof Map<?, ?> spec) {
      Map<Object, Object> less = new LinkedHashMap<>(spec);
      less.remove("f:replicas");
      copy.put("f:spec", less);
    }
    FieldsV1 result = new FieldsV1();
    result.setAdditionalProperties(copy);
    return result;
  }
}
