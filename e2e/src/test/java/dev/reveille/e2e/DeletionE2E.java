package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.Api;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is ours goes with the endpoint; what is not ours is left alone. */
class DeletionE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("deletion");

  @Test
  void deletingAnEndpointRemovesEverythingOfIt() {
    Endpoint endpoint = SANDBOX.addOne("going").apply();
    endpoint.awaitAsleep();
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    Await.that("it has children", () -> kindsOf(endpoint), kinds -> kinds.contains("Deployment"));

    endpoint.delete();

    Await.that("nothing is left of it", () -> kindsOf(endpoint), List::isEmpty);
    Await.that(
        "requests are told that there is no such endpoint",
        () -> endpoint.infer(AddOne.request(2)),
        answer -> answer.status() == 404);
  }

  private static List<String> kindsOf(Endpoint endpoint) {
    var client = SANDBOX.client();
    String namespace = SANDBOX.namespace();
    return Stream.of(
            client.apps().deployments().inNamespace(namespace),
            client.apps().replicaSets().inNamespace(namespace),
            client.pods().inNamespace(namespace),
            client.services().inNamespace(namespace),
            client.autoscaling().v2().horizontalPodAutoscalers().inNamespace(namespace),
            client.network().v1().networkPolicies().inNamespace(namespace))
        .flatMap(
            kind -> kind.withLabel(Api.ENDPOINT_LABEL, endpoint.name()).list().getItems().stream())
        .map(HasMetadata.class::cast)
        .map(HasMetadata::getKind)
        .toList();
  }

  @Test
  void aDeploymentOfTheSameNameThatIsNotOursIsLeftAlone() {
    Deployment foreign =
        SANDBOX
            .client()
            .resource(
                new DeploymentBuilder()
                    .withNewMetadata()
                    .withName("taken")
                    .withNamespace(SANDBOX.namespace())
                    .endMetadata()
                    .withNewSpec()
                    .withReplicas(0)
                    .withNewSelector()
                    .addToMatchLabels("app", "foreign")
                    .endSelector()
                    .withNewTemplate()
                    .withNewMetadata()
                    .addToLabels("app", "foreign")
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName("main")
                    .withImage("registry.invalid/none")
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build())
            .create();
    Endpoint endpoint = SANDBOX.addOne("taken").apply();
    expectNameTaken(endpoint, "Deployment");
    Deployment now = endpoint.deployment();
    assertEquals(foreign.getMetadata().getUid(), now.getMetadata().getUid());
    assertEquals(foreign.getSpec(), now.getSpec());
    assertEquals(List.of(), now.getMetadata().getOwnerReferences());

    SANDBOX.client().resource(foreign).delete();
    expectServing(endpoint);
  }

  @Test
  void aServiceOfTheSameNameThatIsNotOursIsLeftAlone() {
    Service foreign =
        SANDBOX
            .client()
            .resource(
                new ServiceBuilder()
                    .withNewMetadata()
                    .withName("taken-name")
                    .withNamespace(SANDBOX.namespace())
                    .endMetadata()
                    .withNewSpec()
                    .withType("ExternalName")
                    .withExternalName("example.com")
                    .endSpec()
                    .build())
            .create();
    Endpoint endpoint = SANDBOX.addOne("taken-name").apply();
    expectNameTaken(endpoint, "Service");
    assertEquals(foreign.getSpec(), SANDBOX.client().resource(foreign).get().getSpec());

    SANDBOX.client().resource(foreign).delete();
    expectServing(endpoint);
  }

  private static void expectNameTaken(Endpoint endpoint, String kind) {
    var condition = endpoint.awaitCondition("Ready", "False", "NameTaken");
    if (!condition.getMessage().contains(kind)
        || !condition.getMessage().contains(endpoint.name())) {
      throw new AssertionError("the object in the way is not named: " + condition.getMessage());
    }
  }

  private static void expectServing(Endpoint endpoint) {
    endpoint.awaitAsleep();
    Answer answer =
        Await.that(
            "activators hear of it, a moment after whoever asks the API",
            () -> endpoint.infer(AddOne.request(4)),
            each -> each.status() != 503);
    AddOne.check(4, answer);
  }
}
