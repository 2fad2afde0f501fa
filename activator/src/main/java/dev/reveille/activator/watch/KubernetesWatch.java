package dev.reveille.activator.watch;

import dev.reveille.activator.Wire;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.home.Sibling;
import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.PausedBy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Informers on endpoints, the pods made for them and for warm pools, and the activators beside this
 * one.
 */
public final class KubernetesWatch {
  private final SharedIndexInformer<InferenceEndpoint> endpoints;
  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<Pod> activators;
  private final String ownPod;
  private volatile List<Sibling> siblings = List.of();

  private KubernetesWatch(
      SharedIndexInformer<InferenceEndpoint> endpoints,
      SharedIndexInformer<Pod> pods,
      SharedIndexInformer<Pod> activators,
      String ownPod) {
    this.endpoints = endpoints;
    this.pods = pods;
    this.activators = activators;
    this.ownPod = ownPod;
  }

  /** Returns once the first lists are in: endpoints first, because pods belong to them. */
  public static KubernetesWatch start(
      KubernetesClient client, String namespace, String ownPod, Sinks sinks) {
    SharedIndexInformer<InferenceEndpoint> endpoints =
        client
            .resources(InferenceEndpoint.class)
            .inAnyNamespace()
            .inform(handler(PausedBy::forgetTheRest, sinks::put, sinks::remove));
    SharedIndexInformer<Pod> pods =
        client
            .pods()
            .inAnyNamespace()
            .withLabel(Api.MANAGED_BY_LABEL, Api.MANAGED_BY)
            .inform(
                handler(
                    KubernetesWatch::forgetManagers,
                    pod -> sinks.pods().seen(PodSeen.of(pod)),
                    pod -> sinks.pods().gone(PodSeen.of(pod))));
    SharedIndexInformer<Pod> activators =
        client.pods().inNamespace(namespace).withLabel(Api.COMPONENT_LABEL, "activator").inform();
    KubernetesWatch watch = new KubernetesWatch(endpoints, pods, activators, ownPod);
    activators.addEventHandler(
        handler(KubernetesWatch::forgetManagers, pod -> watch.look(), pod -> watch.look()));
    watch.look();
    return watch;
  }

  private void look() {
    siblings =
        activators.getStore().list().stream()
            .filter(KubernetesWatch::isReady)
            .map(
                pod ->
                    new Sibling(
                        pod.getMetadata().getName(), pod.getStatus().getPodIP(), Wire.DATA_PORT))
            .toList();
  }

  /** As an EndpointSlice has it: ready, and not on its way out. */
  private static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus() != null
        && pod.getStatus().getPodIP() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"));
  }

  /** The activators that are ready, this one among them once it is. */
  public List<Sibling> siblings() {
    return siblings;
  }

  /** Where what is seen goes. */
  public record Sinks(Endpoints endpoints, Pods pods, Depot depot) {
    public void put(InferenceEndpoint endpoint) {
      List<Endpoint> versions = endpoints.put(endpoint);
      versions.forEach(depot::want);
      if (versions.size() == 1) {
        depot.unwant(Canary.id(endpoint.getMetadata().getUid()));
      }
    }

    void remove(InferenceEndpoint endpoint) {
      String uid = endpoint.getMetadata().getUid();
      endpoints.remove(uid);
      depot.unwant(uid);
      depot.unwant(Canary.id(uid));
    }
  }

  /**
   * @param lean leaves out what nobody asks for; what is kept in memory is the same object
   */
  private static <T extends HasMetadata> ResourceEventHandler<T> handler(
      Consumer<T> lean, Consumer<T> put, Consumer<T> remove) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T added) {
        lean.accept(added);
        put.accept(added);
      }

      @Override
      public void onUpdate(T old, T updated) {
        lean.accept(updated);
        put.accept(updated);
      }

      @Override
      public void onDelete(T deleted, boolean unknown) {
        remove.accept(deleted);
      }
    };
  }

  /** Most of what an object takes in memory is who manages which field; nobody asks. */
  private static void forgetManagers(HasMetadata object) {
    object.getMetadata().setManagedFields(List.of());
  }

  public boolean synced() {
    return endpoints.hasSynced() && pods.hasSynced() && activators.hasSynced();
  }

  /** No informer has given up. */
  public boolean alive() {
    return endpoints.isRunning() && pods.isRunning() && activators.isRunning();
  }

  /** What the pod watch shows is current. */
  public boolean live() {
    return pods.isWatching();
  }

  /** The internal listeners of the other activators. */
  public List<String> peers() {
    return others().map(KubernetesWatch::listener).toList();
  }

  /** Those of them that clients are sent to. */
  public Set<String> servingPeers() {
    return others()
        .filter(Readiness::isPodReady)
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(KubernetesWatch::listener)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Stream<Pod> others() {
    return activators.getStore().list().stream()
        .filter(pod -> !pod.getMetadata().getName().equals(ownPod))
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null);
  }

  private static String listener(Pod pod) {
    return pod.getStatus().getPodIP() + ":" + Wire.INTERNAL_PORT;
  }
}
