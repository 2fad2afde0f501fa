package dev.reveille.operator.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.install.Installations.Found;
import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.OneFault;
import dev.reveille.operator.lifecycle.Given;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong with the write of the master key: there is one, and nobody had another. */
class MasterKeyFaultsTest {
  @ParameterizedTest
  @EnumSource
  void everyOperatorHasTheSameKey(OneFault.Kind kind) {
    try (ApiServer api = new ApiServer();
        KubernetesClient client = api.client()) {
      Chart.install(client);
      OneFault fault = new OneFault(kind, 1);
      api.road(fault);
      Set<String> keys = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        look(client, keys);
      }
      assertEquals(1, keys.size(), "what operators had as their key: " + keys);
      int writes = fault.writes();
      look(client, keys);
      assertEquals(writes, fault.writes(), "a further look writes nothing");
      assertTrue(writes <= 2, writes + " writes");
    }
  }

  /** A new operator each time. */
  private static void look(KubernetesClient client, Set<String> keys) {
    try {
      if (new Installations(client, Given.CONFIG).find() instanceof Found.Here(Installation here)) {
        keys.add(here.keys().operator());
      }
    } catch (KubernetesClientException e) {
      assertTrue(e.getCode() >= 400, e.getMessage()); // it looks again a second later
    }
  }
}
