package dev.reveille.crds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** What the records make of YAML. */
class SpecTest {
  @Test
  void absentPartsTakeTheirDefaults() {
    InferenceEndpoint endpoint =
        Serialization.unmarshal(
            """
            apiVersion: reveille.dev/v1alpha1
            kind: InferenceEndpoint
            metadata: {name: minilm, namespace: demo}
            spec:
              model: {storageUri: "https://models.example/minilm.onnx"}
              scaling: {idleSeconds: 5}
            """,
            InferenceEndpoint.class);
    InferenceEndpointSpec spec = endpoint.getSpec();
    assertEquals(new ScalingSpec(0, 4, 5), spec.scaling());
    assertEquals(ActivationSpec.DEFAULTS, spec.activation());
    assertEquals(64L << 20, spec.activation().queuedBytes());
    assertEquals(8L << 20, spec.requests().bodyBytes());
    assertTrue(spec.requests().idempotent());
  }

  @Test
  void writtenAndReadAgainIsTheSame() {
    InferenceEndpointSpec spec =
        InferenceEndpointSpec.of(new ModelSpec("image:///m.onnx", null, "m", "2"));
    String yaml = Serialization.asYaml(spec);
    assertEquals(spec, Serialization.unmarshal(yaml, InferenceEndpointSpec.class), yaml);
  }

  @Test
  void waitingRequestsAskForReplicasWithinTheBounds() {
    ScalingSpec scaling = new ScalingSpec(0, 4, 60).withTargetConcurrency(10);
    assertEquals(1, scaling.replicasFor(0));
    assertEquals(1, scaling.replicasFor(10));
    assertEquals(2, scaling.replicasFor(11));
    assertEquals(4, scaling.replicasFor(1000));
    assertEquals(3, new ScalingSpec(3, 9, 60).replicasFor(1));
    assertEquals(3, scaling.withContainerConcurrency(4).replicasFor(11), "no more than it may");
    assertEquals(2, scaling.withContainerConcurrency(40).replicasFor(11));
  }

  @Test
  void theBehaviorOfTheAutoscalerIsPassedOnAsItIs() {
    String yaml =
        """
        metric: requestsPerSecond
        targetRequestsPerSecond: 5
        behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
        """;
    ScalingSpec scaling = Serialization.unmarshal(yaml, ScalingSpec.class);
    assertEquals(ScalingMetric.REQUESTS_PER_SECOND, scaling.metric());
    assertEquals(0, scaling.behavior().getScaleDown().getStabilizationWindowSeconds());
    assertEquals(
        scaling, Serialization.unmarshal(Serialization.asYaml(scaling), ScalingSpec.class));
  }

  @Test
  void byteSizesAreRead() {
    assertEquals(512, ByteSize.parse("512"));
    assertEquals(64 << 10, ByteSize.parse("64Ki"));
    assertEquals(1 << 30, ByteSize.parse("1Gi"));
    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse("1 GB"));
  }

  @Test
  void fieldsOfANewerVersionAreNoReasonToGoDeaf() {
    InferenceEndpoint endpoint =
        Serialization.unmarshal(
            """
            apiVersion: reveille.dev/v1alpha1
            kind: InferenceEndpoint
            metadata: {name: minilm}
            spec:
              model: {storageUri: "https://h/m", later: 1}
              scaling: {later: {a: b}}
              later: [1]
            status: {later: true, coldStarts: {count: 1, later: 2}}
            """,
            InferenceEndpoint.class);
    assertEquals("https://h/m", endpoint.getSpec().model().storageUri());
    assertEquals(1, endpoint.getStatus().coldStarts().count());
  }
}
