package dev.reveille.operator.desired;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.TreeMap;

/** Names, labels and owner of an endpoint's objects: all are called like the endpoint. */
final class Labels {
  private Labels() {}

  static ObjectMeta child(InferenceEndpoint endpoint) {
    return new ObjectMetaBuilder()
        .withName(endpoint.getMetadata().getName())
        .withNamespace(endpoint.getMetadata().getNamespace())
        .withLabels(of(endpoint))
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                .withKind(Api.KIND)
                .withName(endpoint.getMetadata().getName())
                .withUid(endpoint.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build())
        .build();
  }

  static Map<String, String> of(InferenceEndpoint endpoint) {
    return new TreeMap<>(
        Map.of(
            Api.ENDPOINT_LABEL,
            endpoint.getMetadata().getName(),
            "app.kubernetes.io/name",
            endpoint.getMetadata().getName(),
            Api.MANAGED_BY_LABEL,
            Api.MANAGED_BY,
            Api.COMPONENT_LABEL,
            "model-server"));
  }

  static Map<String, String> ofPods(InferenceEndpoint endpoint) {
    Map<String, String> labels = of(endpoint);
    labels.put(Api.ENDPOINT_UID_LABEL, endpoint.getMetadata().getUid());
    return labels;
  }

  static Map<String, String> selector(InferenceEndpoint endpoint) {
    return Map.of(Api.ENDPOINT_LABEL, endpoint.getMetadata().getName());
  }
}
