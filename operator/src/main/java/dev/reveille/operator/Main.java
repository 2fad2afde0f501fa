package dev.reveille.operator;

import dev.reveille.crds.Api;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.activators.LoadPoller;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.Scales;
import dev.reveille.operator.child.Sleep;
import dev.reveille.operator.http.Management;
import dev.reveille.operator.install.ActivatorPods;
import dev.reveille.operator.install.CurrentInstallation;
import dev.reveille.operator.install.Installations;
import dev.reveille.operator.reconcile.EndpointReconciler;
import dev.reveille.operator.reconcile.Report;
import dev.reveille.operator.reconcile.Watches;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator; wiring only. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] args) throws IOException {
    try {
      run(Config.parse(System.getenv()));
    } catch (Config.BadConfig e) {
      LOG.error("bad configuration: {}", e.getMessage());
      System.exit(2);
    }
  }

  private static void run(Config config) throws IOException {
    KubernetesClient client = new KubernetesClientBuilder().build();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    AtomicBoolean ready = new AtomicBoolean();
    Management management = new Management(config.port(), ready::get, meters);

    CurrentInstallation installation = new CurrentInstallation(new Installations(client, config));
    ActivatorPods pods = new ActivatorPods(client, config.namespace(), Api.COMPONENT_LABEL);
    Activators activators = new Activators(pods::addresses, installation::operatorKey);
    AtomicReference<LoadPoller> poller = new AtomicReference<>();
    Watches watches = new Watches(() -> poller.get().latest());
    poller.set(new LoadPoller(activators, watches::loadChanged, meters));

    Scales scales = new Scales(client);
    EndpointReconciler reconciler =
        new EndpointReconciler(
            installation::get,
            watches,
            new EndpointReconciler.Hands(
                new Children(client),
                scales,
                new Sleep(scales, activators, meters, System::nanoTime),
                new Report(new Events(client, config.pod()))),
            InstantSource.system());
    AtomicBoolean stopping = new AtomicBoolean();
    Operator operator = operator(config, client, () -> leadershipLost(stopping));
    operator.register(reconciler);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopping.set(true);
                  poller.get().close();
                  operator.stop();
                  management.close();
                }));
    ready.set(true); // a follower is ready too: it waits to lead
    operator.start();
    poller.get().start();
  }

  private static Operator operator(Config config, KubernetesClient client, Runnable lost) {
    return new Operator(
        overrider -> {
          overrider.withKubernetesClient(client).withCloseClientOnStop(false);
          overrider.withReconciliationTerminationTimeout(Duration.ofSeconds(5));
          if (config.leaderElection()) {
            overrider.withLeaderElectionConfiguration(
                LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("reveille-operator")
                    .withLeaseNamespace(config.namespace())
                    .withIdentity(config.pod())
                    // Its own exit would wait for itself inside a shutdown hook.
                    .withExitOnStopLeading(false)
                    .withLeaderCallbacks(new LeaderCallbacks(() -> {}, lost, leader -> {}))
                    .build());
          }
        });
  }

  /** Another may lead now: stop at once, so that never two act. */
  private static void leadershipLost(AtomicBoolean stopping) {
    if (!stopping.get()) {
      LOG.error("the leadership was lost; exiting");
      Runtime.getRuntime().halt(1);
    }
  }
}
