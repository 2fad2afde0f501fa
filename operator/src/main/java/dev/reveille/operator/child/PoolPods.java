package dev.reveille.operator.child;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.lifecycle.Bridges;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands pods of a pool over to endpoints, and deletes those that are of no use any more. */
public final class PoolPods {
  private static final Logger LOG = LoggerFactory.getLogger(PoolPods.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final Prompt prompt;

  public PoolPods(KubernetesClient client) {
    this.prompt = new Prompt(client);
  }

  /**
   * Gives the pod the endpoint's labels and owner, so that its ReplicaSet makes another. False: it
   * did not work out, try again.
   */
  public boolean handOver(String name, InferenceEndpoint endpoint) {
    String namespace = endpoint.getMetadata().getNamespace();
    return settled(
        namespace,
        name,
        client -> {
          Pod pod = client.pods().inNamespace(namespace).withName(name).get();
          if (pod == null || !Bridges.mayTake(pod, endpoint)) {
            LOG.debug("{}/{} is no pod of a pool that can be handed over", namespace, name);
            return;
          }
          client
              .resource(pod)
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  Serialization.asJson(Map.of("metadata", handedOver(pod, endpoint))));
          LOG.info("{}/{} serves for {}", namespace, name, endpoint.getMetadata().getName());
        });
  }

  /** UID and resource version make sure that it is the pod that was looked at. */
  private static Map<String, Object> handedOver(Pod pod, InferenceEndpoint endpoint) {
    Map<String, Object> labels = new HashMap<>(); // null removes a label
    labels.put(Api.POOL_LABEL, null);
    labels.put(Api.ENDPOINT_UID_LABEL, endpoint.getMetadata().getUid());
    labels.put(Api.BRIDGE_LABEL, endpoint.getMetadata().getName());
    Map<String, Object> owner =
        Map.of(
            "apiVersion", endpoint.getApiVersion(),
            "kind", endpoint.getKind(),
            "name", endpoint.getMetadata().getName(),
            "uid", endpoint.getMetadata().getUid(),
            "controller", true,
            "blockOwnerDeletion", false);
    return Map.of(
        "uid", pod.getMetadata().getUid(),
        "resourceVersion", pod.getMetadata().getResourceVersion(),
        "labels", labels,
        "ownerReferences", List.of(owner));
  }

  /** Deletes the pod as it was seen; one that changed meanwhile is looked at again. */
  public void delete(Pod pod) {
    settled(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        client ->
            client
                .resource(pod)
                .lockResourceVersion(pod.getMetadata().getResourceVersion())
                .delete());
  }

  /** No pod is worth the endpoint's status: what the cluster says against it is logged. */
  private boolean settled(String namespace, String name, Consumer<KubernetesClient> write) {
    try {
      return prompt.call(
          client -> {
            write.accept(client);
            return true;
          });
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT && e.getCode() != NOT_FOUND) {
        LOG.warn("{}/{} cannot be written: {}", namespace, name, e.getMessage());
      }
      return e.getCode() == NOT_FOUND;
    }
  }
}
