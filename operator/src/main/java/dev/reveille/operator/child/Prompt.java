package dev.reveille.operator.child;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the Kubernetes API that are made once and are over soon. The client's own habit is ten
 * tries of ten seconds each: a scale tried again might arrive after the fence that made it safe.
 */
final class Prompt {
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final RequestConfig ONCE =
      new RequestConfigBuilder()
          .withRequestTimeout((int) TIMEOUT.toMillis())
          .withRequestRetryBackoffLimit(0)
          .build();

  private final KubernetesClient client;

  Prompt(KubernetesClient client) {
    this.client = client;
  }

  <T extends @Nullable Object> T call(Function<KubernetesClient, T> request) {
    return client
        .adapt(NamespacedKubernetesClient.class)
        .withRequestConfig(ONCE)
        .call(request::apply);
  }
}
