package dev.reveille.operator.install;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** What the operator needs of the chart: a Secret for the master key, the activators' Service. */
final class Chart {
  private Chart() {}

  static void install(KubernetesClient client) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("reveille-keys")
                .withNamespace("reveille")
                .endMetadata()
                .build())
        .create();
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("reveille-activator-internal")
                .withNamespace("reveille")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.0.0.7")
                .endSpec()
                .build())
        .create();
  }
}
