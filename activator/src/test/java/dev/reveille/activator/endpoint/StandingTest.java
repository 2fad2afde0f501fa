package dev.reveille.activator.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator's word means for requests. */
class StandingTest {
  @ParameterizedTest
  @CsvSource({
    "no,      True,    Asleep,               2, 0",
    "no,      True,    Waking,               2, 1",
    "no,      Unknown, Pending,              2, 0",
    "passes,  False,   Unschedulable,        2, 1",
    "passes,  False,   ImagePull,            2, 1",
    "passes,  False,   Crashing,             2, 2",
    "passes,  False,   PodRefused,           2, 1",
    "no,      False,   Unschedulable,        2, 0",
    "no,      False,   Unschedulable,        2, null",
    "no,      False,   Unschedulable,        1, 1",
    "lasts,   False,   NameTaken,            2, 0",
    "lasts,   False,   NameTaken,            2, null",
    "lasts,   False,   NamespaceTerminating, 2, 1",
    "lasts,   False,   ObjectRefused,        2, null",
    "no,      False,   ObjectRefused,        2, 0",
    "no,      False,   NameTaken,            1, 0",
    "no,      False,   ModelFailed,          2, 1",
    "no,      False,   WakeRefused,          2, 0"
  })
  void stands(String obstacle, String ready, String reason, int observed, String wanted) {
    InferenceEndpoint endpoint =
        Serialization.unmarshal(
            """
            apiVersion: reveille.dev/v1alpha1
            kind: InferenceEndpoint
            metadata: {name: m, generation: 2}
            spec: {model: {storageUri: "image:///m"}}
            status:
              wanted: %s
              conditions:
              - {type: Ready, status: "%s", reason: %s, message: why, observedGeneration: %d}
            """
                .formatted(wanted, ready, reason, observed),
            InferenceEndpoint.class);
    assertEquals(
        obstacle,
        Standing.obstacle(endpoint).map(each -> each.passes() ? "passes" : "lasts").orElse("no"));
  }
}
