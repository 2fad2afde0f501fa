package dev.reveille.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the environment may say, and what is said of a bad value. */
class ConfigTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "REVEILLE_NAMESPACE", "reveille",
          "POD_NAME", "operator-0",
          "REVEILLE_MODEL_SERVER_IMAGE", "model-server:1");

  @Test
  void defaultsAreThoseOfTheChart() throws Exception {
    Config config = Config.parse(LEAST);
    assertEquals(8080, config.port());
    assertTrue(config.leaderElection());
    assertEquals("cluster.local", config.clusterDomain());
    assertEquals("reveille-activator", config.dataService());
    assertEquals("reveille-activator-internal", config.internalService());
    assertEquals("IfNotPresent", config.modelServer().pullPolicy());
    assertEquals("250m", config.modelServer().resources().getRequests().get("cpu").toString());
    assertEquals("1Gi", config.modelServer().resources().getLimits().get("memory").toString());
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    Map<String, String> env = new HashMap<>();
    env.put("REVEILLE_PORT", "http");
    env.put("REVEILLE_LEADER_ELECTION", "yes");
    env.put("REVEILLE_IMAGE_PULL_POLICY", "Sometimes");
    env.put("REVEILLE_MODEL_SERVER_RESOURCES", "{\"limit\": {}}");
    String message = assertThrows(Config.BadConfig.class, () -> Config.parse(env)).getMessage();
    for (String problem :
        List.of(
            "REVEILLE_NAMESPACE is not set",
            "POD_NAME is not set",
            "REVEILLE_MODEL_SERVER_IMAGE is not set",
            "REVEILLE_PORT is a port number, not 'http'",
            "REVEILLE_LEADER_ELECTION is true or false, not 'yes'",
            "REVEILLE_IMAGE_PULL_POLICY is IfNotPresent or Always or Never, not 'Sometimes'",
            "REVEILLE_MODEL_SERVER_RESOURCES is a ResourceRequirements, not '{\"limit\": {}}'")) {
      assertTrue(message.contains(problem), problem + " is not in: " + message);
    }
  }
}
