package dev.reveille.activator;

import dev.reveille.activator.wake.KubernetesScaler;
import dev.reveille.activator.watch.KubernetesWatch;
import dev.reveille.activator.watch.MasterKey;
import dev.reveille.crds.Keys;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the activator; wiring only. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int API_MILLIS = 5000;

  private Main() {}

  public static void main(String[] args) {
    try {
      run(Config.parse(System.getenv()));
    } catch (Config.BadConfig e) {
      LOG.error("bad configuration: {}", e.getMessage());
      System.exit(2);
    } catch (RuntimeException e) {
      LOG.error("cannot start", e);
      System.exit(1);
    }
  }

  /** Probes are answered from the start; ready once the key and the first lists are there. */
  private static void run(Config config) {
    KubernetesClient client = client();
    AtomicReference<@Nullable Keys> keys = new AtomicReference<>();
    AtomicReference<@Nullable KubernetesWatch> started = new AtomicReference<>();
    Supplier<Optional<KubernetesWatch>> watch = () -> Optional.ofNullable(started.get());
    Activator activator =
        new Activator(
            Vertx.vertx(),
            config,
            new Activator.Outside(
                () -> Optional.ofNullable(keys.get()),
                new KubernetesScaler(client),
                () -> watch.get().filter(KubernetesWatch::synced).isPresent(),
                () -> watch.get().filter(KubernetesWatch::live).isPresent(),
                () -> watch.get().map(KubernetesWatch::peers).orElse(List.of())));
    activator.start();
    Runtime.getRuntime().addShutdownHook(new Thread(activator::drain, "drain"));
    started.set(
        new KubernetesWatch(
            client,
            config.namespace(),
            config.pod(),
            new KubernetesWatch.Sinks(activator.endpoints(), activator.pods(), activator.depot())));
    keys.set(MasterKey.await(client, config.namespace()));
    LOG.info("the master key is there");
  }

  /** Calls fail soon: whoever needs them tries again by itself. */
  private static KubernetesClient client() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withConnectionTimeout(API_MILLIS)
                .withRequestTimeout(API_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }
}
