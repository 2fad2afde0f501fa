package dev.reveille.operator;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.activators.LoadPoller;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.PoolPods;
import dev.reveille.operator.child.Scales;
import dev.reveille.operator.child.Sleep;
import dev.reveille.operator.http.Management;
import dev.reveille.operator.install.ActivatorPods;
import dev.reveille.operator.install.CurrentInstallation;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.install.Installations;
import dev.reveille.operator.install.StatusSchema;
import dev.reveille.operator.lead.Leadership;
import dev.reveille.operator.lead.Shutdown;
import dev.reveille.operator.measure.Reconciliations;
import dev.reveille.operator.metricsapi.MetricsApi;
import dev.reveille.operator.reconcile.EndpointReconciler;
import dev.reveille.operator.reconcile.PoolReport;
import dev.reveille.operator.reconcile.PoolWatches;
import dev.reveille.operator.reconcile.Report;
import dev.reveille.operator.reconcile.WarmPoolReconciler;
import dev.reveille.operator.reconcile.Watches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Starts the operator; wiring only. */
public final class Main {
  /** They wait for the API server most of the time; one that has 2,000 endpoints to go is busy. */
  private static final int RECONCILIATIONS_AT_ONCE = 16;

  private Main() {}

  public static void main(String[] args) {
    try {
      run(Config.parse(System.getenv()));
    } catch (Config.BadConfig e) {
      exit(2, "bad configuration: " + e.getMessage(), null);
    } catch (IOException | RuntimeException e) {
      exit(1, "the operator did not start", e);
    }
  }

  private static void run(Config config) throws IOException {
    InstantSource clock = InstantSource.system();
    KubernetesClient client = new KubernetesClientBuilder().build();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Management management = new Management(config.port(), meters);

    Watches watches = new Watches();
    PoolWatches poolWatches = new PoolWatches();
    CurrentInstallation installation =
        new CurrentInstallation(
            new Installations(client, config),
            () -> {
              watches.allChanged();
              poolWatches.allChanged();
            });
    ActivatorPods pods = new ActivatorPods(client, config.namespace());
    MetricsApi metricsApi =
        new MetricsApi(client, config, pods::anyReady, watches::allChanged, clock);
    Supplier<Optional<Installation>> installed =
        () -> installation.get().flatMap(here -> metricsApi.provider().map(here::with));
    Activators activators = new Activators(pods::addresses, installation::operatorKey);
    Consumer<String> loadChanged = watches::loadChanged;
    LoadPoller poller =
        new LoadPoller(
            activators, loadChanged.andThen(poolWatches::loadChanged), meters, System::nanoTime);

    Scales scales = new Scales(client);
    Sleep sleep = new Sleep(scales, activators, meters, System::nanoTime);
    Children children = new Children(client);
    PoolPods poolPods = new PoolPods(client);
    Events events = new Events(client, config.pod(), clock);
    Leadership leadership =
        new Leadership(
            client,
            config,
            () -> {
              installation.start();
              metricsApi.start();
              poller.start();
            });
    Operator operator =
        new Operator(
            framework -> {
              framework.withKubernetesClient(client).withCloseClientOnStop(false);
              framework.withReconciliationTerminationTimeout(Duration.ofSeconds(6));
              framework.withConcurrentReconciliationThreads(RECONCILIATIONS_AT_ONCE);
              framework.withMetrics(new Reconciliations(meters));
              leadership.configure(framework);
            });
    operator.register(
        new EndpointReconciler(
            new EndpointReconciler.Eyes(installed, watches, poller::latest),
            new EndpointReconciler.Hands(
                children,
                scales,
                sleep,
                poolPods,
                new Report(events, schema(InferenceEndpoint.class, client), clock)),
            clock));
    operator.register(
        new WarmPoolReconciler(
            new WarmPoolReconciler.Eyes(installation::get, poolWatches, poller::latest),
            new WarmPoolReconciler.Hands(
                children, poolPods, new PoolReport(events, schema(WarmPool.class, client), clock)),
            clock));
    new Shutdown(operator, leadership, List.of(poller, installation, metricsApi, pods, management))
        .onSignal();
    leadership.starting();
    operator.start();
    management.ready(); // a follower too: it waits to lead
  }

  private static StatusSchema schema(Class<? extends HasMetadata> kind, KubernetesClient client) {
    return new StatusSchema(client, kind, StatusSchema.AGE, InstantSource.system());
  }

  private static void exit(int status, String why, @Nullable Exception e) {
    LoggerFactory.getLogger(Main.class).error(why, e);
    Runtime.getRuntime().halt(status);
  }
}
