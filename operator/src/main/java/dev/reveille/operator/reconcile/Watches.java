package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.Loads;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.PrimaryToSecondaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the operator watches for endpoints, and what one reconciliation sees of it. */
public final class Watches {
  private static final String OURS = Api.MANAGED_BY_LABEL + "=" + Api.MANAGED_BY + ",";
  private static final String BY_POOL = "pool";

  private final Nudges<InferenceEndpoint> nudges = new Nudges<>();

  List<EventSource<?, InferenceEndpoint>> eventSources(
      EventSourceContext<InferenceEndpoint> context) {
    return List.of(
        owned(Deployment.class, InferenceEndpoint.class, Api.ENDPOINT_LABEL, context),
        owned(HorizontalPodAutoscaler.class, InferenceEndpoint.class, Api.ENDPOINT_LABEL, context),
        owned(Service.class, InferenceEndpoint.class, Api.ENDPOINT_LABEL, context),
        pods(context),
        pools(context),
        nudges.source(context));
  }

  /** Those with our label and {@code label}, so that no object is kept for endpoints and pools. */
  static <T extends HasMetadata, P extends HasMetadata> InformerEventSource<T, P> owned(
      Class<T> type, Class<P> owner, String label, EventSourceContext<P> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, owner)
            .withLabelSelector(OURS + label)
            .withItemStore(Lean.children())
            .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(owner))
            .build(),
        context);
  }

  /** Its own, and those of a pool that were handed over to it. */
  private static EventSource<Pod, InferenceEndpoint> pods(
      EventSourceContext<InferenceEndpoint> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(Pod.class, InferenceEndpoint.class)
            .withLabelSelector(Api.ENDPOINT_UID_LABEL)
            .withItemStore(Lean.others())
            .withSecondaryToPrimaryMapper(Watches::endpointOf)
            .build(),
        context);
  }

  private static Set<ResourceID> endpointOf(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String name =
        labels.getOrDefault(
            Api.CANARY_LABEL,
            labels.getOrDefault(Api.ENDPOINT_LABEL, labels.get(Api.BRIDGE_LABEL)));
    return name == null ? Set.of() : Set.of(new ResourceID(name, pod.getMetadata().getNamespace()));
  }

  /** Those that endpoints name; of an update only a new spec matters to them. */
  private static EventSource<WarmPool, InferenceEndpoint> pools(
      EventSourceContext<InferenceEndpoint> context) {
    IndexerResourceCache<InferenceEndpoint> endpoints = context.getPrimaryCache();
    PrimaryToSecondaryMapper<InferenceEndpoint> named =
        endpoint -> poolOf(endpoint).map(Set::of).orElse(Set.of());
    endpoints.addIndexer(
        BY_POOL, endpoint -> poolOf(endpoint).map(ResourceID::toString).stream().toList());
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(WarmPool.class, InferenceEndpoint.class)
            .withPrimaryToSecondaryMapper(named)
            .withSecondaryToPrimaryMapper(
                pool ->
                    endpoints.byIndex(BY_POOL, ResourceID.fromResource(pool).toString()).stream()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
            .withOnUpdateFilter(
                (now, before) ->
                    !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration()))
            .build(),
        context);
  }

  private static Optional<ResourceID> poolOf(InferenceEndpoint endpoint) {
    return Optional.ofNullable(endpoint.getSpec().scaling().warmPool())
        .map(pool -> new ResourceID(pool, endpoint.getMetadata().getNamespace()));
  }

  /** The load of the endpoint with this UID, or of its canary, has changed: reconcile it. */
  public void loadChanged(String uid) {
    nudges.one(Canary.ownerUid(uid));
  }

  /** Something changed that all endpoints depend on: reconcile every one. */
  public void allChanged() {
    nudges.all();
  }

  Observed observe(
      InferenceEndpoint endpoint,
      String revision,
      Applied applied,
      Loads loads,
      Context<InferenceEndpoint> context) {
    String uid = endpoint.getMetadata().getUid();
    List<Pod> pods =
        context
            .getSecondaryResourcesAsStream(Pod.class)
            .filter(pod -> uid.equals(pod.getMetadata().getLabels().get(Api.ENDPOINT_UID_LABEL)))
            .toList();
    Predicate<Pod> handedOver = pod -> pod.getMetadata().getLabels().containsKey(Api.BRIDGE_LABEL);
    return new Observed(
        endpoint,
        revision,
        own(Deployment.class, endpoint, context),
        own(HorizontalPodAutoscaler.class, endpoint, context),
        pods.stream().filter(handedOver.negate()).toList(),
        pods.stream().filter(handedOver).toList(),
        context.getSecondaryResourcesAsStream(WarmPool.class).findFirst().orElse(null),
        loads.of(uid),
        applied);
  }

  /** The object that is called like the endpoint, or like its canary, if it is the endpoint's. */
  static <T extends HasMetadata> @Nullable T own(
      Class<T> type, InferenceEndpoint version, Context<?> context) {
    return ownedBy(
        Canary.ownerUid(version.getMetadata().getUid()),
        cached(type, version.getMetadata().getName(), context));
  }

  /** The object of this name; others may bear its owner too. */
  static <T extends HasMetadata> @Nullable T cached(
      Class<T> type, String name, Context<?> context) {
    return context
        .getSecondaryResourcesAsStream(type)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  static <T extends HasMetadata> @Nullable T ownedBy(String uid, @Nullable T object) {
    return object != null
            && object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(uid))
        ? object
        : null;
  }
}
