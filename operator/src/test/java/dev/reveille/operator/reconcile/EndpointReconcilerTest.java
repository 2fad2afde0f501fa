package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.kit.Await;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An endpoint's objects: made, kept so, never taken from others. */
class EndpointReconcilerTest {
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("reveille")
          .withForce(true)
          .build();

  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void anEndpointGetsItsObjectsAtZeroReplicas() {
    operator.endpoint(0, 4, 60);
    InferenceEndpointStatus status = operator.awaitState(EndpointState.ASLEEP);
    assertEquals("http://minilm.demo.svc.cluster.local", status.url());
    assertEquals(
        List.of(
            "POST deployments",
            "PATCH deployments/minilm",
            "POST services",
            "PATCH services/minilm"),
        operator.objectWrites(),
        "each made once; the PATCH turns what the POST owns into what an apply owns");
    assertEquals(0, operator.deployment().getSpec().getReplicas());
    assertTrue(
        operator.deployment().getMetadata().getManagedFields().stream()
            .allMatch(
                entry ->
                    entry.getOperation().equals("Apply")
                        && !entry.getFieldsV1().toString().contains("f:replicas")),
        "spec.replicas is nobody's by apply");
  }

  @Test
  void aSecondLookWritesNothing() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.api.forgetWrites();
    operator.edit(spec -> spec.with(new ScalingSpec(0, 4, 61)));
    operator.awaitGeneration(2);
    assertEquals(List.of(), operator.objectWrites());
    // That it saw the new generation; a look at a cache that lags may repeat what it wrote before.
    assertTrue(operator.statusWrites() <= 3, operator.statusWrites() + " status writes");
  }

  @Test
  void aChangedTemplateIsAppliedWithoutTouchingTheScale() {
    operator.endpoint(2, 9, 60);
    operator.awaitReplicas(2);
    operator.scale(4);
    operator.edit(
        spec -> InferenceEndpointSpec.of(ModelSpec.at("http://h/new.onnx")).with(spec.scaling()));
    Await.that(
        "the new model's URL is in the template",
        operator::deployment,
        deployment ->
            deployment.toString().contains(Keys.modelId(ModelSpec.at("http://h/new.onnx"))));
    assertEquals(4, operator.deployment().getSpec().getReplicas());
  }

  @Test
  void whatWasEditedOrDeletedByHandComesBack() {
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    operator.serve(1);
    Await.that("an autoscaler", () -> operator.autoscaler().get(), found -> found != null);
    operator.autoscaler().patch(RunningOperator.MERGE, "{\"spec\": {\"maxReplicas\": 77}}");
    Await.that(
        "the autoscaler's bound is ours again",
        () -> operator.autoscaler().get().getSpec().getMaxReplicas(),
        max -> max == 4);
    String uid = operator.deployment().getMetadata().getUid();
    operator.client.apps().deployments().inNamespace("demo").withName("minilm").delete();
    Await.that(
        "there is a new Deployment",
        operator::deployment,
        deployment -> deployment != null && !deployment.getMetadata().getUid().equals(uid));
    assertEquals(0, operator.deployment().getSpec().getReplicas());
  }

  @Test
  void aForeignObjectOfTheNameIsLeftAloneAndNamed() {
    operator
        .client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName("minilm")
                .withNamespace("demo")
                .endMetadata()
                .withNewSpec()
                .withReplicas(3)
                .endSpec()
                .build())
        .create();
    Deployment foreign = operator.deployment();
    operator.endpoint(0, 4, 60);
    InferenceEndpointStatus status = operator.awaitState(EndpointState.FAILED);
    Condition ready = status.conditions().getFirst();
    assertEquals("NameTaken", ready.getReason());
    assertTrue(ready.getMessage().contains("Deployment minilm"), ready.getMessage());
    assertEquals(foreign, operator.deployment(), "not touched");
    assertNull(operator.autoscaler().get(), "an autoscaler would scale what is not ours");
    assertNull(operator.client.services().inNamespace("demo").withName("minilm").get());
    assertEquals(1, operator.events("NameTaken"), "told once");
  }

  @Test
  void theObjectOfADeletedNamesakeIsWaitedForNotFailedOver() {
    operator
        .client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName("minilm")
                .withNamespace("demo")
                .addNewOwnerReference()
                .withApiVersion("reveille.dev/v1alpha1")
                .withKind("InferenceEndpoint")
                .withName("minilm")
                .withUid("an older one")
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build())
        .create();
    operator.endpoint(0, 4, 60);
    Await.that(
        "it says what it waits for",
        () -> operator.reason("Ready"),
        reason -> reason.equals("Unknown Replacing"));
    operator.client.apps().deployments().inNamespace("demo").withName("minilm").delete();
    operator.edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    operator.awaitState(EndpointState.ASLEEP);
    Await.that("it has its own", operator::deployment, deployment -> deployment != null);
    assertEquals(0, operator.events("NameTaken"));
  }

  @Test
  void whatTheClusterRefusesIsSaidAndTriedAgain() {
    operator.api.refuse("POST deployments", "exceeded quota: small");
    operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.FAILED);
    assertEquals("False ObjectRefused", operator.reason("Ready"));
    assertTrue(
        operator.status().conditions().getFirst().getMessage().contains("exceeded quota: small"),
        operator.status().toString());
    operator.api.allow("POST deployments");
    operator.edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    operator.awaitState(EndpointState.ASLEEP);
  }

  @Test
  void aStatusIsOnlyForTheObjectThatItWasFoundOutOf() {
    InferenceEndpoint seen = operator.endpoint(0, 4, 60);
    operator.awaitState(EndpointState.ASLEEP);
    assertEquals(seen.getMetadata().getUid(), Report.identity(seen).getUid());
    InferenceEndpoint patch = new InferenceEndpoint();
    patch.setMetadata(Report.identity(seen));
    patch.getMetadata().setUid("of one that was deleted");
    patch.setStatus(InferenceEndpointStatus.EMPTY);
    assertThrows(
        KubernetesClientException.class,
        () -> operator.client.resource(patch).subresource("status").patch(APPLY));
  }
}
