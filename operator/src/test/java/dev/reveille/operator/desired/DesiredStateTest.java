package dev.reveille.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.Keys;
import dev.reveille.operator.Config;
import dev.reveille.operator.install.Installation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects of an endpoint, against golden files; {@code make goldens} rewrites them. */
class DesiredStateTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("reveille.root", ".."), "operator/src/test/resources/golden");

  @ParameterizedTest
  @ValueSource(strings = {"plain", "tuned", "container"})
  void objectsAreThoseOfTheGoldenFile(String name) throws Exception {
    StringBuilder objects = new StringBuilder();
    for (var object : DesiredState.of(endpoint(name), installation()).objects()) {
      objects.append(Serialization.asYaml(object));
    }
    Path golden = GOLDEN.resolve(name + ".objects.yaml");
    if (Boolean.getBoolean("reveille.rewrite")) {
      Files.writeString(golden, objects);
    }
    assertEquals(
        Files.readString(golden), objects.toString(), "run `make goldens`, review the diff");
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
