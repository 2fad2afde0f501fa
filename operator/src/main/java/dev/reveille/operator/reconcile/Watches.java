package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
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
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the operator watches, and what one reconciliation sees of it. */
public final class Watches {
  private static final String OURS = Api.MANAGED_BY_LABEL + "=" + Api.MANAGED_BY;
  private static final String BY_UID = "uid";

  private final SimpleInboundEventSource<InferenceEndpoint> nudges =
      new SimpleInboundEventSource<>("nudges");
  private volatile @Nullable IndexerResourceCache<InferenceEndpoint> endpoints;

  List<EventSource<?, InferenceEndpoint>> eventSources(
      EventSourceContext<InferenceEndpoint> context) {
    IndexerResourceCache<InferenceEndpoint> cache = context.getPrimaryCache();
    cache.addIndexer(BY_UID, endpoint -> List.of(endpoint.getMetadata().getUid()));
    endpoints = cache;
    return List.of(
        owned(Deployment.class, context),
        owned(HorizontalPodAutoscaler.class, context),
        owned(Service.class, context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, InferenceEndpoint.class)
                .withLabelSelector(Api.ENDPOINT_LABEL)
                .withSecondaryToPrimaryMapper(byLabel())
                .build(),
            context),
        nudges);
  }

  private static <T extends HasMetadata> InformerEventSource<T, InferenceEndpoint> owned(
      Class<T> type, EventSourceContext<InferenceEndpoint> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, InferenceEndpoint.class)
            .withLabelSelector(OURS)
            .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(InferenceEndpoint.class))
            .build(),
        context);
  }

  private static SecondaryToPrimaryMapper<Pod> byLabel() {
    return pod ->
        Set.of(
            new ResourceID(
                pod.getMetadata().getLabels().get(Api.ENDPOINT_LABEL),
                pod.getMetadata().getNamespace()));
  }

  /** The load of the endpoint with this UID has changed: reconcile it. */
  public void loadChanged(String uid) {
    IndexerResourceCache<InferenceEndpoint> known = endpoints;
    if (known != null) {
      known.byIndex(BY_UID, uid).forEach(this::nudge);
    }
  }

  /** Something changed that all endpoints depend on: reconcile every one. */
  public void allChanged() {
    IndexerResourceCache<InferenceEndpoint> known = endpoints;
    if (known != null) {
      known.list().forEach(this::nudge);
    }
  }

  private void nudge(InferenceEndpoint endpoint) {
    nudges.propagateEvent(ResourceID.fromResource(endpoint));
  }

  Observed observe(
      InferenceEndpoint endpoint,
      String revision,
      Applied applied,
      Loads loads,
      Context<InferenceEndpoint> context) {
    String uid = endpoint.getMetadata().getUid();
    return new Observed(
        endpoint,
        revision,
        ownedBy(uid, cached(Deployment.class, endpoint, context)),
        ownedBy(uid, cached(HorizontalPodAutoscaler.class, endpoint, context)),
        context
            .getSecondaryResourcesAsStream(Pod.class)
            .filter(pod -> uid.equals(pod.getMetadata().getLabels().get(Api.ENDPOINT_UID_LABEL)))
            .toList(),
        loads.of(uid),
        applied);
  }

  /** The object of the endpoint's name; others may bear its owner too. */
  static <T extends HasMetadata> @Nullable T cached(
      Class<T> type, InferenceEndpoint endpoint, Context<InferenceEndpoint> context) {
    return context
        .getSecondaryResourcesAsStream(type)
        .filter(object -> object.getMetadata().getName().equals(endpoint.getMetadata().getName()))
        .findFirst()
        .orElse(null);
  }

  private static <T extends HasMetadata> @Nullable T ownedBy(String uid, @Nullable T object) {
    return object != null
            && object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(uid))
        ? object
        : null;
  }
}
