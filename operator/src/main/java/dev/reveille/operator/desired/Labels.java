package dev.reveille.operator.desired;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.lifecycle.Bridges;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.TreeMap;

/** Names, labels and owner of an endpoint's or a pool's objects. */
final class Labels {
  private static final String NAME_LABEL = "app.kubernetes.io/name";

  private Labels() {}

  /** An object of this owner, in its namespace. */
  static ObjectMeta child(HasMetadata owner, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(labels)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(Canary.ownerName(owner))
                .withUid(Canary.ownerUid(owner.getMetadata().getUid()))
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build())
        .build();
  }

  /** An endpoint's objects are called like the endpoint. */
  static ObjectMeta child(InferenceEndpoint endpoint) {
    return child(endpoint, endpoint.getMetadata().getName(), of(endpoint));
  }

  static Map<String, String> of(InferenceEndpoint endpoint) {
    Map<String, String> labels =
        of(Api.ENDPOINT_LABEL, endpoint.getMetadata().getName(), "model-server");
    if (Canary.isOne(endpoint)) {
      labels.put(Api.CANARY_LABEL, Canary.ownerName(endpoint));
    }
    return labels;
  }

  static Map<String, String> of(WarmPool pool) {
    return of(Api.POOL_LABEL, pool.getMetadata().getName(), Bridges.POOL_COMPONENT);
  }

  private static Map<String, String> of(String label, String name, String component) {
    return new TreeMap<>(
        Map.of(
            label,
            name,
            NAME_LABEL,
            name,
            Api.MANAGED_BY_LABEL,
            Api.MANAGED_BY,
            Api.COMPONENT_LABEL,
            component));
  }

  static Map<String, String> ofPods(InferenceEndpoint endpoint) {
    Map<String, String> labels = of(endpoint);
    labels.put(Api.ENDPOINT_UID_LABEL, endpoint.getMetadata().getUid());
    return labels;
  }

  static Map<String, String> selector(InferenceEndpoint endpoint) {
    return Map.of(Api.ENDPOINT_LABEL, endpoint.getMetadata().getName());
  }

  static Map<String, String> selector(WarmPool pool) {
    return Map.of(Api.POOL_LABEL, pool.getMetadata().getName());
  }
}
