package dev.reveille.operator;

import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the environment says; parsed once, every problem named.
 *
 * @param namespace Reveille's own
 * @param pod this pod's name, the identity in the leader election
 * @param port health and metrics
 * @param externalMetrics whether autoscalers may ask the activators
 */
public record Config(
    String namespace,
    String pod,
    int port,
    boolean leaderElection,
    String clusterDomain,
    String dataService,
    String internalService,
    boolean externalMetrics,
    ModelServer modelServer) {

  /** What model servers run when the endpoint does not say. */
  public record ModelServer(String image, String pullPolicy, ResourceRequirements resources) {}

  private static final List<String> PULL_POLICIES = List.of("IfNotPresent", "Always", "Never");
  private static final String DEFAULT_RESOURCES =
      """
      {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}\
      """;

  /** A configuration that cannot be started with. */
  public static final class BadConfig extends Exception {
    private static final long serialVersionUID = 1L;

    BadConfig(List<String> problems) {
      super(String.join("; ", problems));
    }
  }

  public static Config parse(Map<String, String> env) throws BadConfig {
    List<String> problems = new ArrayList<>();
    ModelServer modelServer =
        new ModelServer(
            required(env, "REVEILLE_MODEL_SERVER_IMAGE", problems),
            oneOf(env, "REVEILLE_IMAGE_PULL_POLICY", PULL_POLICIES, problems),
            resources(text(env, "REVEILLE_MODEL_SERVER_RESOURCES", DEFAULT_RESOURCES), problems));
    Config config =
        new Config(
            required(env, "REVEILLE_NAMESPACE", problems),
            required(env, "POD_NAME", problems),
            port(text(env, "REVEILLE_PORT", "8080"), problems),
            oneOf(env, "REVEILLE_LEADER_ELECTION", List.of("true", "false"), problems)
                .equals("true"),
            text(env, "REVEILLE_CLUSTER_DOMAIN", "cluster.local"),
            text(env, "REVEILLE_DATA_SERVICE", "reveille-activator"),
            text(env, "REVEILLE_INTERNAL_SERVICE", "reveille-activator-internal"),
            oneOf(env, "REVEILLE_EXTERNAL_METRICS", List.of("true", "false"), problems)
                .equals("true"),
            modelServer);
    if (!problems.isEmpty()) {
      throw new BadConfig(problems);
    }
    return config;
  }

  private static String text(Map<String, String> env, String name, String absent) {
    String value = env.get(name);
    return value == null || value.isEmpty() ? absent : value;
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = text(env, name, "");
    if (value.isEmpty()) {
      problems.add(name + " is not set");
    }
    return value;
  }

  /** The first choice is the default. */
  private static String oneOf(
      Map<String, String> env, String name, List<String> choices, List<String> problems) {
    String value = text(env, name, choices.getFirst());
    if (!choices.contains(value)) {
      problems.add(name + " is " + String.join(" or ", choices) + ", not '" + value + "'");
    }
    return value;
  }

  private static int port(String value, List<String> problems) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // named below, with the value
    }
    problems.add("REVEILLE_PORT is a port number, not '" + value + "'");
    return 0;
  }

  private static ResourceRequirements resources(String json, List<String> problems) {
    try {
      ResourceRequirements resources = Serialization.unmarshal(json, ResourceRequirements.class);
      if (resources != null && resources.getAdditionalProperties().isEmpty()) {
        return resources;
      }
    } catch (RuntimeException e) {
      // named below, with the value
    }
    problems.add("REVEILLE_MODEL_SERVER_RESOURCES is a ResourceRequirements, not '" + json + "'");
    return new ResourceRequirements();
  }
}
