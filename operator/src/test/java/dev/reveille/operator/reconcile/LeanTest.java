package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.PausedBy;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Caches keep what is asked of an object, and equal parts once. */
class LeanTest {
  private static Deployment deployment(String name) {
    return Serialization.unmarshal(
        """
        metadata:
          name: %s
          namespace: demo
          managedFields:
          - {manager: reveille, operation: Apply, fieldsV1: {"f:metadata": {"f:labels": {"f:%s": {}}},
             "f:spec": {"f:template": {"f:spec": {"f:containers": {}}}}}}
          - {manager: kube-controller-manager, operation: Update, subresource: status, fieldsV1: {"f:status": {}}}
        """
            .formatted(name, name),
        Deployment.class);
  }

  private static ManagedFieldsEntry kept(TransformingItemStore<Deployment> store, String name) {
    Deployment seen = deployment(name);
    store.put(store.getKey(seen), seen);
    List<ManagedFieldsEntry> entries =
        store.get(store.getKey(seen)).getMetadata().getManagedFields();
    assertEquals(1, entries.size(), "the others' are of no use");
    return entries.getFirst();
  }

  @Test
  void whatWeOwnIsKeptAndSharedAsFarAsItIsTheSame() {
    TransformingItemStore<Deployment> store = Lean.children();
    ManagedFieldsEntry one = kept(store, "one");
    ManagedFieldsEntry other = kept(store, "other");
    assertEquals(
        deployment("one").getMetadata().getManagedFields().getFirst().getFieldsV1(),
        one.getFieldsV1());
    assertSame(
        one.getFieldsV1().getAdditionalProperties().get("f:spec"),
        other.getFieldsV1().getAdditionalProperties().get("f:spec"));
  }

  @Test
  void ofAnEndpointOnlyWhoPausedItIsKept() {
    assertEquals(List.of(), kept(false).getMetadata().getManagedFields());
    assertEquals(
        "paused by kubectl-patch (2026-03-01T12:00:00Z); spec.paused: false resumes it",
        PausedBy.sentence(kept(true)));
  }

  private static InferenceEndpoint kept(boolean paused) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName("minilm");
    endpoint.setSpec(InferenceEndpointSpec.of(ModelSpec.at("image:///m")).paused(paused));
    endpoint
        .getMetadata()
        .setManagedFields(
            List.of(
                new ManagedFieldsEntryBuilder()
                    .withManager("kubectl-patch")
                    .withTime("2026-03-01T12:00:00Z")
                    .withNewFieldsV1()
                    .addToAdditionalProperties("f:spec", Map.of("f:paused", Map.of()))
                    .endFieldsV1()
                    .build()));
    var store = new Lean.Endpoints();
    store.put("minilm", endpoint);
    return store.get("minilm");
  }
}
