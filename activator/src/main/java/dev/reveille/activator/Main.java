package dev.reveille.activator;

import dev.reveille.activator.entrance.Entrance;
import dev.reveille.activator.wake.KubernetesScaler;
import dev.reveille.activator.watch.KubernetesWatch;
import dev.reveille.activator.watch.MasterKey;
import dev.reveille.activator.watch.MetricsCredentials;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the activator; wiring only. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] args) {
    try {
      run(Config.parse(System.getenv()));
    } catch (Config.BadConfig e) {
      LOG.error("bad configuration: {}", e.getMessage());
      System.exit(2);
    } catch (RuntimeException e) {
      LOG.error("cannot start", e); // started anew, it may
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(Config config) {
    KubernetesClient client = new KubernetesClientBuilder().build();
    AtomicReference<@Nullable KubernetesWatch> started = new AtomicReference<>();
    Supplier<Optional<KubernetesWatch>> watch = () -> Optional.ofNullable(started.get());
    Activator activator =
        new Activator(
            Entrance.guarded(config.clientHead()),
            config,
            new Activator.Outside(
                MasterKey.await(client, config.namespace()),
                new KubernetesScaler(client),
                () -> watch.get().filter(KubernetesWatch::synced).isPresent(),
                () -> watch.get().map(KubernetesWatch::alive).orElse(true),
                () -> watch.get().filter(KubernetesWatch::live).isPresent(),
                () -> watch.get().map(KubernetesWatch::peers).orElse(List.of()),
                () -> watch.get().map(KubernetesWatch::siblings).orElse(List.of()),
                () -> watch.get().map(KubernetesWatch::servingPeers).orElse(Set.of())));
    activator.start();
    started.set(
        KubernetesWatch.start(
            client,
            config.namespace(),
            config.pod(),
            new KubernetesWatch.Sinks(activator.endpoints(), activator.pods(), activator.depot())));
    MetricsCredentials.bring(client, config.namespace(), activator.metrics());
    Runtime.getRuntime().addShutdownHook(new Thread(activator::drain, "drain"));
    LOG.info("ready");
  }
}
