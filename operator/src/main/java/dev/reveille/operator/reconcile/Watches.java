package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Loads;
import dev.reveille.operator.desired.DesiredState;
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
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the operator watches, and what one reconciliation sees of it. */
public final class Watches {
  private static final String OURS = Api.MANAGED_BY_LABEL + "=" + Api.MANAGED_BY;

  private final SimpleInboundEventSource<InferenceEndpoint> loadChanges =
      new SimpleInboundEventSource<>("load");
  private final Supplier<Loads> loads;
  private final Map<String, ResourceID> idsByUid = new ConcurrentHashMap<>();

  public Watches(Supplier<Loads> loads) {
    this.loads = loads;
  }

  /** An object as it should be, and as the cache has it. */
  record Pair(HasMetadata desired, @Nullable HasMetadata actual) {}

  List<EventSource<?, InferenceEndpoint>> eventSources(
      EventSourceContext<InferenceEndpoint> context) {
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
        loadChanges);
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
    ResourceID id = idsByUid.get(uid);
    if (id != null) {
      loadChanges.propagateEvent(id);
    }
  }

  Stream<Pair> pairs(DesiredState desired, Context<InferenceEndpoint> context) {
    return desired.objects().stream()
        .map(object -> new Pair(object, cached(object.getClass(), context)));
  }

  Observed observe(
      InferenceEndpoint endpoint,
      String revision,
      Optional<String> notOurs,
      Context<InferenceEndpoint> context) {
    String uid = endpoint.getMetadata().getUid();
    idsByUid.put(uid, ResourceID.fromResource(endpoint));
    return new Observed(
        endpoint,
        revision,
        cached(Deployment.class, context),
        cached(HorizontalPodAutoscaler.class, context),
        context
            .getSecondaryResourcesAsStream(Pod.class)
            .filter(pod -> uid.equals(pod.getMetadata().getLabels().get(Api.ENDPOINT_UID_LABEL)))
            .toList(),
        loads.get().of(uid),
        notOurs);
  }

  private static <T> @Nullable T cached(Class<T> type, Context<InferenceEndpoint> context) {
    return context.getSecondaryResource(type).orElse(null);
  }
}
