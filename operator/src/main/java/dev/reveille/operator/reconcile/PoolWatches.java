package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.Loads;
import dev.reveille.operator.desired.DesiredPool;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.PoolObserved;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Set;

/** What the operator watches for pools, and what one reconciliation sees of it. */
public final class PoolWatches {
  private final Nudges<WarmPool> nudges = new Nudges<>();

  List<EventSource<?, WarmPool>> eventSources(EventSourceContext<WarmPool> context) {
    return List.of(
        Watches.owned(Deployment.class, WarmPool.class, Api.POOL_LABEL, context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, WarmPool.class)
                .withLabelSelector(Api.POOL_LABEL)
                .withItemStore(Lean.others())
                .withSecondaryToPrimaryMapper(
                    pod ->
                        Set.of(new ResourceID(nameOfPool(pod), pod.getMetadata().getNamespace())))
                .build(),
            context),
        nudges.source(context));
  }

  private static String nameOfPool(Pod pod) {
    return pod.getMetadata().getLabels().getOrDefault(Api.POOL_LABEL, "");
  }

  /** The load of the pool NAMESPACE/NAME has changed: reconcile it. */
  public void loadChanged(String key) {
    nudges.one(key);
  }

  /** Something changed that all pools depend on: reconcile every one. */
  public void allChanged() {
    nudges.all();
  }

  PoolObserved observe(WarmPool pool, Applied applied, Loads loads, Context<WarmPool> context) {
    String uid = pool.getMetadata().getUid();
    return new PoolObserved(
        pool,
        Watches.ownedBy(uid, Watches.cached(Deployment.class, DesiredPool.name(pool), context)),
        // The framework's index still has a pod under the pool whose label it bore before.
        context
            .getSecondaryResourcesAsStream(Pod.class)
            .filter(pod -> nameOfPool(pod).equals(pool.getMetadata().getName()))
            .toList(),
        loads.ofPool(Nudges.key(pool)),
        applied);
  }
}
