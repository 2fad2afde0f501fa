package dev.reveille.operator.lifecycle;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to do about the pool pods that serve for an endpoint until its own replicas do.
 *
 * @param claimed names of pods that an activator sends to and that are yet to be handed over
 * @param over handed-over pods that nobody needs any more
 */
public record Bridges(List<String> claimed, List<Pod> over) {
  /** On every pod that a WarmPool's Deployment makes. */
  public static final String POOL_COMPONENT = "warm-pool";

  public static Bridges decide(Observed observed) {
    Set<String> handedOver =
        observed.bridges().stream()
            .map(pod -> pod.getMetadata().getName())
            .collect(Collectors.toSet());
    return new Bridges(
        observed.load().bridges().stream()
            .filter(pod -> !handedOver.contains(pod))
            .sorted()
            .toList(),
        observed.bridges().stream().filter(pod -> isOver(pod, observed)).toList());
  }

  private static boolean isOver(Pod pod, Observed observed) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && observed.load().complete()
        && !observed.load().bridges().contains(pod.getMetadata().getName())
        && (observed.wanted() == 0 || observed.shownReady() > 0);
  }

  /** Whether this is a pod of one of our pools, in the endpoint's namespace, and nobody's yet. */
  public static boolean mayTake(Pod pod, InferenceEndpoint endpoint) {
    Map<String, String> labels =
        pod.getMetadata().getLabels() == null ? Map.of() : pod.getMetadata().getLabels();
    return endpoint.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace())
        && labels.containsKey(Api.POOL_LABEL)
        && POOL_COMPONENT.equals(labels.get(Api.COMPONENT_LABEL))
        && Api.MANAGED_BY.equals(labels.get(Api.MANAGED_BY_LABEL))
        && !labels.containsKey(Api.ENDPOINT_UID_LABEL)
        && pod.getMetadata().getDeletionTimestamp() == null;
  }
}
