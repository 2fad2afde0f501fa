package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.lifecycle.Given;
import dev.reveille.operator.status.OlderCrd;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written of a status, and when to look whether it was kept. */
class ReportTest {
  private static final String SHOWN =
      "{wanted: 0, observedGeneration: 1, state: Asleep,"
          + " conditions: [{type: Ready, status: 'True', reason: Asleep},"
          + " {type: RolledOut, status: 'True', reason: Asleep}]";
  private static final InferenceEndpointStatus DECIDED =
      Given.yaml(SHOWN + ", url: u}", InferenceEndpointStatus.class);

  private final InferenceEndpoint endpoint =
      Given.yaml(
          """
          metadata: {name: minilm, namespace: demo, uid: u, resourceVersion: '1'}
          spec: {container: {image: i}}
          status: %s}
          """
              .formatted(SHOWN),
          InferenceEndpoint.class);

  private Instant now = Instant.parse("2026-03-01T12:00:00Z");

  private Report.Written look(Report report) {
    return report.of(endpoint, DECIDED, Load.UNKNOWN, Load.UNKNOWN, false);
  }

  @Test
  void whatAnOlderCrdDropsIsLookedForThoughOtherLooksComeBetween() {
    // Nothing is news here, so that nobody is called.
    var nowhere = new ConfigBuilder().withMasterUrl("http://127.0.0.1:1").build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(nowhere).build()) {
      Report report = new Report(new Events(client, "operator-0", () -> now), () -> now);
      assertTrue(look(report).control().isPatchStatus());
      now = now.plusSeconds(1);
      Report.Written between = look(report);
      assertTrue(between.control().isNoUpdate());
      assertEquals(Optional.of(LastTold.LAG), between.again(), "a look cancels the one before");
      now = now.plusSeconds(5);
      InferenceEndpointStatus said = look(report).control().getResource().orElseThrow().getStatus();
      assertEquals("OlderCrd", OlderCrd.known(said).orElseThrow().getReason());
    }
  }
}
