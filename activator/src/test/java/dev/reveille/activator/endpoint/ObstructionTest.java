package dev.reveille.activator.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.activator.gate.Bounds;
import dev.reveille.activator.gate.Gate;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long callers are held before they are told what stands in the way. */
class ObstructionTest {
  private static InferenceEndpoint troubled(String reason) {
    return Serialization.unmarshal(
        """
        apiVersion: reveille.dev/v1alpha1
        kind: InferenceEndpoint
        metadata: {name: m, generation: 1}
        spec: {model: {storageUri: "image:///m"}}
        status:
          wanted: 1
          conditions:
          - {type: Ready, status: "False", reason: %s, message: why, observedGeneration: 1}
        """
            .formatted(reason),
        InferenceEndpoint.class);
  }

  @ParameterizedTest
  @CsvSource({
    "new,    Crashing,      3, held",
    "new,    Crashing,      4, Crashing",
    "served, Crashing,      4, held",
    "served, Crashing,     14, held",
    "served, Crashing,     15, Crashing",
    "slept,  Crashing,      4, Crashing",
    "served, Unschedulable, 4, Unschedulable",
    "served, OutOfMemory,   4, OutOfMemory",
    "served, NameTaken,     0, NameTaken"
  })
  void tells(String before, String reason, int seconds, String told) {
    InferenceEndpoint resource = troubled(reason);
    Gate gate = new Gate(Bounds.of(resource.getSpec()), 0);
    Obstruction obstruction = new Obstruction(gate);
    if (!before.equals("new")) {
      obstruction.served();
    }
    if (before.equals("slept")) {
      obstruction.forget();
    }
    obstruction.see(resource, 0);
    obstruction.tell(TimeUnit.SECONDS.toNanos(seconds));
    assertEquals(told, gate.refusal().map(Refusal::reason).orElse("held"));
  }
}
