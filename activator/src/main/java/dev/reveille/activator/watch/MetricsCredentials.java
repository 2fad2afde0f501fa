package dev.reveille.activator.watch;

import dev.reveille.activator.Wire;
import dev.reveille.activator.metricsapi.FrontProxy;
import dev.reveille.activator.metricsapi.MetricsListener;
import dev.reveille.activator.metricsapi.ServingPair;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the metrics listener its certificate and whom to let in, as they are and whenever they
 * change. Nothing waits for them, and what cannot be read is tried again.
 */
public final class MetricsCredentials {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsCredentials.class);
  private static final String CLUSTER = "kube-system";
  private static final String AUTHENTICATION = "extension-apiserver-authentication";

  private MetricsCredentials() {}

  public static void bring(KubernetesClient client, String namespace, MetricsListener listener) {
    follow(
        client.secrets().inNamespace(namespace).withName(Wire.METRICS_SECRET),
        Wire.METRICS_SECRET,
        (Secret secret) -> ServingPair.of(secret.getData()).ifPresent(listener::show));
    follow(
        client.configMaps().inNamespace(CLUSTER).withName(AUTHENTICATION),
        AUTHENTICATION,
        (ConfigMap map) -> FrontProxy.of(map.getData()).ifPresent(listener::letIn));
  }

  private static <T extends HasMetadata> void follow(
      Resource<T> object, String name, Consumer<T> take) {
    object
        .runnableInformer(0)
        .addEventHandler(new Follower<>(take))
        .exceptionHandler(
            (started, failed) -> {
              LOG.warn("{} cannot be read, tried again: {}", name, failed.getMessage());
              return true;
            })
        .start();
  }

  /** What was there last stays good when the object is gone. */
  private record Follower<T>(Consumer<T> take) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T added) {
      take.accept(added);
    }

    @Override
    public void onUpdate(T old, T updated) {
      take.accept(updated);
    }

    @Override
    public void onDelete(T deleted, boolean unknown) {}
  }
}
