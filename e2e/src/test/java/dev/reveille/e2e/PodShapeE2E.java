package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A model pod has one container, no volume, no token, no secret: nothing to wait for and nothing to
 * steal. (The sandbox's namespace admits only Pod Security "restricted".)
 */
class PodShapeE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("shape");

  @Test
  void modelPodsAreBareAndLabelledAndEveryChangeOfStateIsAnEvent() {
    Endpoint endpoint = SANDBOX.addOne("bare").with("scaling.idleSeconds", 2).apply();
    endpoint.awaitAsleep();
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    List<Pod> pods = endpoint.pods();
    assertEquals(1, pods.size());
    expectBare(pods.getFirst());
    expectLabels(pods.getFirst(), endpoint);
    expectNoReplicasApplied(endpoint);
    endpoint.awaitState(EndpointState.ASLEEP);
    for (String word :
        List.of("Waking: ", "Serving: ", "Draining: ", "Asleep: ", "ColdStart: answered after ")) {
      Await.that(
          "an Event " + word,
          () -> SANDBOX.events(Api.KIND, endpoint.name()),
          events -> events.stream().anyMatch(event -> event.startsWith(word)));
    }
  }

  private static void expectBare(Pod pod) {
    var spec = pod.getSpec();
    assertEquals(1, spec.getContainers().size(), "containers");
    assertEquals(List.of(), spec.getInitContainers());
    assertEquals(List.of(), spec.getVolumes());
    assertFalse(spec.getAutomountServiceAccountToken(), "no token");
    assertFalse(spec.getEnableServiceLinks(), "no service links");
    assertEquals(List.of(), spec.getContainers().getFirst().getVolumeMounts());
    assertTrue(
        spec.getContainers().getFirst().getEnv().stream()
            .allMatch(variable -> variable.getValueFrom() == null),
        "nothing of the environment comes from a Secret");
  }

  private static void expectLabels(Pod pod, Endpoint endpoint) {
    var labels = pod.getMetadata().getLabels();
    assertEquals(endpoint.name(), labels.get(Api.ENDPOINT_LABEL));
    assertEquals(endpoint.get().getMetadata().getUid(), labels.get(Api.ENDPOINT_UID_LABEL));
    assertEquals("model-server", labels.get(Api.COMPONENT_LABEL));
    assertTrue(labels.containsKey(Api.REVISION_LABEL));
    assertEquals(
        endpoint.name(), endpoint.deployment().getMetadata().getLabels().get(Api.ENDPOINT_LABEL));
  }

  /** Whoever applies spec.replicas would fight with whoever scales. */
  private static void expectNoReplicasApplied(Endpoint endpoint) {
    var owners =
        endpoint.deployment().getMetadata().getManagedFields().stream()
            .filter(entry -> entry.getOperation().equals("Apply"))
            .filter(
                entry ->
                    entry.getFieldsV1().getAdditionalProperties().toString().contains("f:replicas"))
            .toList();
    assertEquals(List.of(), owners, "the applied Deployment carries no spec.replicas");
  }
}
