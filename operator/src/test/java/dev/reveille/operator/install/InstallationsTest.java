package dev.reveille.operator.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reveille.operator.Config;
import dev.reveille.operator.install.Installations.Found;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The master key is made once, and what the pods call is an address, not a name. */
@EnableKubernetesMockClient(crud = true)
class InstallationsTest {
  KubernetesClient client;

  private Installations installations() throws Exception {
    return new Installations(
        client,
        Config.parse(
            Map.of(
                "POD_NAME",
                "operator-0",
                "REVEILLE_NAMESPACE",
                "reveille",
                "REVEILLE_MODEL_SERVER_IMAGE",
                "i")));
  }

  private void chart() {
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

  @Test
  void withoutTheChartThereIsNone() throws Exception {
    assertEquals(new Found.Missing("no Secret reveille-keys in reveille"), installations().find());
  }

  private static Installation here(Found found) {
    return assertInstanceOf(Found.Here.class, found).installation();
  }

  @Test
  void theKeyIsMadeOnceAndKept() throws Exception {
    chart();
    Installation first = here(installations().find());
    Installation second = here(installations().find());
    assertEquals(first.keys().operator(), second.keys().operator());
    assertEquals("10.0.0.7:8081", first.internalAddress());
  }
}
