package dev.reveille.operator.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Keys;
import dev.reveille.operator.Config;
import dev.reveille.operator.install.Installations.Found;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The master key is made once, and what the pods call is an address, not a name. */
@EnableKubernetesMockClient(https = false, crud = true)
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

  @Test
  void withoutTheChartThereIsNone() throws Exception {
    assertEquals(new Found.Missing("no Secret reveille-keys in reveille"), installations().find());
  }

  private static Installation here(Found found) {
    return assertInstanceOf(Found.Here.class, found).installation();
  }

  @Test
  void theKeyIsMadeOnceAndKept() throws Exception {
    Chart.install(client);
    Installation first = here(installations().find());
    Installation second = here(installations().find());
    assertEquals(first.keys().operator(), second.keys().operator());
    assertEquals("10.0.0.7:8081", first.internalAddress());
  }

  @Test
  void theSecretHoldsTheKeyAsBase64Text() throws Exception {
    Chart.install(client);
    Installation made = here(installations().find());
    String wrapped =
        client
            .secrets()
            .inNamespace("reveille")
            .withName("reveille-keys")
            .get()
            .getData()
            .get("master");
    String text = new String(Base64.getDecoder().decode(wrapped), UTF_8);
    assertEquals(Keys.MASTER_BYTES, Base64.getDecoder().decode(text).length);
    assertEquals(made.keys().operator(), Keys.ofBase64(text).operator());
  }

  @Test
  void untilTheChartIsThereItLooksLessAndLessOften() throws Exception {
    List<String> changes = new ArrayList<>();
    try (CurrentInstallation current =
        new CurrentInstallation(installations(), () -> changes.add("changed"))) {
      List<Long> pauses = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        pauses.add(current.look().toSeconds());
      }
      assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L), pauses);
      assertTrue(current.get().isEmpty());
      Chart.install(client);
      assertEquals(30, current.look().toSeconds());
      assertEquals("10.0.0.7:8081", current.get().orElseThrow().internalAddress());
      current.look();
      assertEquals(List.of("changed"), changes, "told once");
      client
          .services()
          .inNamespace("reveille")
          .withName("reveille-activator-internal")
          .edit(
              service -> {
                service.getSpec().setClusterIP("fd00::7");
                return service;
              });
      current.look();
      assertEquals("[fd00::7]:8081", current.get().orElseThrow().internalAddress());
      assertEquals(List.of("changed", "changed"), changes, "all pods need the new address");
    }
  }
}
