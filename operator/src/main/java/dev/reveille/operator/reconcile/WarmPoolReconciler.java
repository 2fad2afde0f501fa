package dev.reveille.operator.reconcile;

import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.Loads;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.PoolPods;
import dev.reveille.operator.desired.DesiredPool;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.PoolObserved;
import dev.reveille.operator.status.PoolStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One pool: read, decide, act, report. */
@ControllerConfiguration(
    name = "warmpool",
    fieldManager = Children.FIELD_MANAGER,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
public final class WarmPoolReconciler implements Reconciler<WarmPool> {
  private static final Duration INSTALLATION_AGAIN = Duration.ofSeconds(10);
  private static final Duration OBJECTS_AGAIN = Duration.ofSeconds(5);
  private static final Duration SPENT_AGAIN = Duration.ofSeconds(2);

  private final Eyes eyes;
  private final Hands hands;
  private final InstantSource clock;

  /** What a reconciler sees with. */
  public record Eyes(
      Supplier<Optional<Installation>> installation, PoolWatches watches, Supplier<Loads> loads) {}

  /** What a reconciler acts with. */
  public record Hands(Children children, PoolPods pods, PoolReport report) {}

  public WarmPoolReconciler(Eyes eyes, Hands hands, InstantSource clock) {
    this.eyes = eyes;
    this.hands = hands;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, WarmPool>> prepareEventSources(EventSourceContext<WarmPool> context) {
    return eyes.watches().eventSources(context);
  }

  @Override
  public UpdateControl<WarmPool> reconcile(WarmPool pool, Context<WarmPool> context) {
    Optional<Installation> found = eyes.installation().get();
    if (found.isEmpty()) {
      return UpdateControl.<WarmPool>noUpdate().rescheduleAfter(INSTALLATION_AGAIN);
    }
    Deployment desired = DesiredPool.of(pool, found.get()).deployment();
    Deployment actual = Watches.cached(Deployment.class, desired.getMetadata().getName(), context);
    Applied applied = hands.children().ensure(desired, actual, pool.getSpec().size(), context);
    PoolObserved observed =
        eyes.watches().observe(hands.report().asTold(pool), applied, eyes.loads().get(), context);
    observed.spent().forEach(hands.pods()::delete);

    UpdateControl<WarmPool> control =
        hands.report().of(pool, PoolStatus.of(observed, clock.instant()));
    if (!(applied instanceof Applied.Done)) {
      return control.rescheduleAfter(OBJECTS_AGAIN);
    }
    return observed.spent().isEmpty() ? control : control.rescheduleAfter(SPENT_AGAIN);
  }
}
