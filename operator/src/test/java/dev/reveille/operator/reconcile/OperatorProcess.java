package dev.reveille.operator.reconcile;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.Keys;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.activators.LoadPoller;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.PoolPods;
import dev.reveille.operator.child.Scales;
import dev.reveille.operator.child.Sleep;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.install.StatusSchema;
import dev.reveille.operator.kit.FakeActivator;
import dev.reveille.operator.lifecycle.Given;
import dev.reveille.operator.metricsapi.Provider;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The operator as {@code Main} wires it, with one activator and an installation that is there. */
public final class OperatorProcess implements AutoCloseable {
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final LoadPoller poller;
  private final Operator operator;
  private final Watches watches = new Watches();
  private final PoolWatches poolWatches = new PoolWatches();
  private volatile Installation installation = installation();

  public OperatorProcess(KubernetesClient client, FakeActivator activator, Metrics metrics) {
    Activators activators = new Activators(() -> List.of(activator.address()), () -> "key");
    Consumer<String> changed = watches::loadChanged;
    poller =
        new LoadPoller(
            activators, changed.andThen(poolWatches::loadChanged), meters, System::nanoTime);
    Scales scales = new Scales(client);
    Children children = new Children(client);
    PoolPods pods = new PoolPods(client);
    InstantSource clock = InstantSource.system();
    Events events = new Events(client, "operator-0", clock);
    operator =
        new Operator(
            framework ->
                framework
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withReconciliationTerminationTimeout(Duration.ofMillis(100))
                    .withMetrics(metrics));
    operator.register(
        new EndpointReconciler(
            new EndpointReconciler.Eyes(() -> Optional.of(installation), watches, poller::latest),
            new EndpointReconciler.Hands(
                children,
                scales,
                new Sleep(scales, activators, meters, System::nanoTime),
                pods,
                new Report(events, schema(client, InferenceEndpoint.class), clock)),
            clock));
    operator.register(
        new WarmPoolReconciler(
            new WarmPoolReconciler.Eyes(
                () -> Optional.of(installation), poolWatches, poller::latest),
            new WarmPoolReconciler.Hands(
                children, pods, new PoolReport(events, schema(client, WarmPool.class), clock)),
            clock));
  }

  public OperatorProcess start() {
    operator.start();
    poller.start();
    return this;
  }

  /** A CRD that is replaced is noticed sooner than a user would need it. */
  private static StatusSchema schema(KubernetesClient client, Class<? extends HasMetadata> kind) {
    return new StatusSchema(client, kind, Duration.ofMillis(500), InstantSource.system());
  }

  private static Installation installation() {
    return new Installation(
        Given.CONFIG,
        Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[32])),
        "10.0.0.7:8081");
  }

  /** Somebody else has the External Metrics API, or nobody any more. */
  void metrics(Provider provider) {
    installation = installation.with(provider);
    watches.allChanged();
  }

  /** Has every endpoint and pool looked at once more. */
  public void lookAgain() {
    watches.allChanged();
    poolWatches.allChanged();
  }

  @Override
  public void close() {
    poller.close();
    operator.stop();
  }
}
