package dev.reveille.activator.watch;

import dev.reveille.crds.Api;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/**
 * A model pod as the watch shows it.
 *
 * @param pool the warm pool it stands in; empty for others, and once it was handed over
 * @param created when, as the API writes it: comparable as text
 * @param host its address; empty while it has none
 * @param node where it was scheduled; empty while it was not
 * @param leaving it is being deleted, or has ended
 */
public record PodSeen(
    String uid,
    String namespace,
    String name,
    String endpointUid,
    String pool,
    String revision,
    String created,
    String host,
    String node,
    boolean leaving) {

  public static PodSeen of(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String phase = pod.getStatus() == null ? "" : text(pod.getStatus().getPhase());
    return new PodSeen(
        pod.getMetadata().getUid(),
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        text(labels.get(Api.ENDPOINT_UID_LABEL)),
        text(labels.get(Api.POOL_LABEL)),
        text(labels.get(Api.REVISION_LABEL)),
        text(pod.getMetadata().getCreationTimestamp()),
        pod.getStatus() == null ? "" : text(pod.getStatus().getPodIP()),
        text(pod.getSpec().getNodeName()),
        pod.getMetadata().getDeletionTimestamp() != null
            || phase.equals("Failed")
            || phase.equals("Succeeded"));
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return value == null ? "" : value;
  }
}
