package dev.reveille.activator.watch;

import dev.reveille.activator.Wire;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Informers on endpoints, their pods, and the activators beside this one. They go on trying when
 * the API is away, at the start as well; what they showed last stands meanwhile.
 */
public final class KubernetesWatch {
  private final SharedIndexInformer<InferenceEndpoint> endpoints;
  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<Pod> activators;
  private final String ownPod;

  /** Where what is seen goes. */
  public record Sinks(Endpoints endpoints, Pods pods, Depot depot) {}

  /** Returns at once; see {@link #synced}. */
  public KubernetesWatch(KubernetesClient client, String namespace, String ownPod, Sinks sinks) {
    this.ownPod = ownPod;
    this.endpoints =
        start(
            client.resources(InferenceEndpoint.class).inAnyNamespace(),
            endpoint -> sinks.depot().want(sinks.endpoints().put(endpoint)),
            endpoint -> {
              sinks.endpoints().remove(endpoint.getMetadata().getUid());
              sinks.depot().unwant(endpoint.getMetadata().getUid());
            });
    this.pods =
        start(
            client.pods().inAnyNamespace().withLabel(Api.ENDPOINT_LABEL),
            pod -> sinks.pods().seen(PodSeen.of(pod)),
            pod -> sinks.pods().gone(PodSeen.of(pod)));
    this.activators =
        start(
            client.pods().inNamespace(namespace).withLabel(Api.COMPONENT_LABEL, "activator"),
            pod -> {},
            pod -> {});
  }

  private static <T extends HasMetadata> SharedIndexInformer<T> start(
      Informable<T> what, Consumer<T> put, Consumer<T> remove) {
    SharedIndexInformer<T> informer =
        what.runnableInformer(0)
            .exceptionHandler((started, failure) -> true)
            .addEventHandler(handler(put, remove));
    informer.start();
    return informer;
  }

  private static <T> ResourceEventHandler<T> handler(Consumer<T> put, Consumer<T> remove) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T added) {
        put.accept(added);
      }

      @Override
      public void onUpdate(T old, T updated) {
        put.accept(updated);
      }

      @Override
      public void onDelete(T deleted, boolean unknown) {
        remove.accept(deleted);
      }
    };
  }

  /** The first lists are in. */
  public boolean synced() {
    return endpoints.hasSynced() && pods.hasSynced() && activators.hasSynced();
  }

  /** What the pod watch shows is current. */
  public boolean live() {
    return pods.hasSynced() && pods.isWatching();
  }

  /** The internal listeners of the other activators. */
  public List<String> peers() {
    return activators.getStore().list().stream()
        .filter(pod -> !pod.getMetadata().getName().equals(ownPod))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
        .map(pod -> pod.getStatus().getPodIP() + ":" + Wire.INTERNAL_PORT)
        .toList();
  }
}
