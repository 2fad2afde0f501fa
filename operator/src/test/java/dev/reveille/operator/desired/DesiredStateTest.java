package dev.reveille.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.Keys;
import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.operator.Config;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.metricsapi.Provider;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects of an endpoint, against golden files; {@code make goldens} rewrites them. */
class DesiredStateTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("reveille.root", ".."), "operator/src/test/resources/golden");

  @ParameterizedTest
  @ValueSource(strings = {"plain", "tuned", "container", "container-full", "grpc"})
  void objectsAreThoseOfTheGoldenFile(String name) throws Exception {
    DesiredState desired = DesiredState.of(endpoint(name), installation());
    assertGolden(name, List.of(desired.deployment(), desired.autoscaler(), desired.service()));
  }

  @Test
  void aCanarysObjectsAreThoseOfTheGoldenFile() throws Exception {
    InferenceEndpoint canary = Canary.of(endpoint("canary")).orElseThrow();
    assertGolden("canary", DesiredState.of(canary, installation()).objects());
  }

  @Test
  void neitherVersionSelectsThePodsOfTheOther() throws Exception {
    InferenceEndpoint endpoint = endpoint("canary");
    var stable = DesiredState.of(endpoint, installation()).deployment().getSpec();
    var canary =
        DesiredState.of(Canary.of(endpoint).orElseThrow(), installation()).deployment().getSpec();
    assertFalse(selects(stable, canary));
    assertFalse(selects(canary, stable));
    assertTrue(selects(canary, canary));
  }

  private static boolean selects(DeploymentSpec one, DeploymentSpec other) {
    return other
        .getTemplate()
        .getMetadata()
        .getLabels()
        .entrySet()
        .containsAll(one.getSelector().getMatchLabels().entrySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool", "tuned-pool"})
  void aPoolsObjectIsThatOfTheGoldenFile(String name) throws Exception {
    assertGolden(name, List.of(DesiredPool.of(pool(name), installation()).deployment()));
  }

  private static void assertGolden(String name, List<? extends HasMetadata> wanted)
      throws Exception {
    StringBuilder objects = new StringBuilder();
    wanted.forEach(object -> objects.append(Serialization.asYaml(object)));
    Path golden = GOLDEN.resolve(name + ".objects.yaml");
    if (Boolean.getBoolean("reveille.rewrite")) {
      Files.writeString(golden, objects);
    }
    assertEquals(
        Files.readString(golden), objects.toString(), "run `make goldens`, review the diff");
  }

  @ParameterizedTest
  @CsvSource({
    "plain, cpu 70, other",
    "tuned, cpu 70, other",
    "container, cpu 50, ''",
  })
  void whileAnotherHasTheMetricsTheAutoscalerGoesByCpuAndSaysSo(
      String name, String metric, String because) throws Exception {
    var barred = installation().with(new Provider.Barred("other"));
    var autoscaler = DesiredState.of(endpoint(name), barred).autoscaler();
    var resource = autoscaler.getSpec().getMetrics().getFirst().getResource();
    assertEquals(metric, resource.getName() + " " + resource.getTarget().getAverageUtilization());
    assertEquals(
        because,
        autoscaler.getMetadata().getAnnotations().getOrDefault(Autoscaler.ON_CPU_BECAUSE, ""));
  }

  @Test
  void aLimitBelowTheTargetIsWhatTheAutoscalerHolds() throws Exception {
    InferenceEndpoint limited = endpoint("plain");
    limited.setSpec(
        limited.getSpec().with(limited.getSpec().scaling().withContainerConcurrency(3)));
    var metric =
        DesiredState.of(limited, installation()).autoscaler().getSpec().getMetrics().getFirst();
    assertEquals("3", metric.getExternal().getTarget().getAverageValue().getAmount());
  }

  @Test
  void aPoolOfAnotherSizeIsNoRollOut() throws Exception {
    WarmPool pool = pool("pool");
    var template = DesiredPool.of(pool, installation()).deployment().getSpec().getTemplate();
    pool.setSpec(WarmPoolSpec.of(9));
    var larger = DesiredPool.of(pool, installation()).deployment().getSpec();
    assertEquals(9, larger.getReplicas());
    assertEquals(template, larger.getTemplate());
  }

  @Test
  void theRevisionFollowsWhatThePodsAreMadeOf() throws Exception {
    String revision = DesiredState.of(endpoint("plain"), installation()).revision();
    assertEquals(revision, DesiredState.of(endpoint("plain"), installation()).revision());

    InferenceEndpoint scaled = endpoint("plain");
    scaled.setSpec(scaled.getSpec().with(new dev.reveille.crds.ScalingSpec(0, 9, 9)));
    assertEquals(
        revision, DesiredState.of(scaled, installation()).revision(), "no roll-out for bounds");

    InferenceEndpoint other = endpoint("plain");
    other.setSpec(
        dev.reveille.crds.InferenceEndpointSpec.of(
            dev.reveille.crds.ModelSpec.at("https://models.example/other.onnx")));
    assertNotEquals(revision, DesiredState.of(other, installation()).revision());
  }

  private static InferenceEndpoint endpoint(String name) throws Exception {
    return Serialization.unmarshal(
        Files.readString(GOLDEN.resolve(name + ".endpoint.yaml")), InferenceEndpoint.class);
  }

  private static WarmPool pool(String name) throws Exception {
    return Serialization.unmarshal(
        Files.readString(GOLDEN.resolve(name + ".warmpool.yaml")), WarmPool.class);
  }

  private static Installation installation() throws Exception {
    return new Installation(
        Config.parse(
            Map.of(
                "POD_NAME",
                "operator-0",
                "REVEILLE_NAMESPACE",
                "reveille",
                "REVEILLE_MODEL_SERVER_IMAGE",
                "model-server:1")),
        Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[32])),
        "10.0.0.7:8081");
  }
}
