package dev.reveille.operator.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.kit.ApiServer;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a POST owns becomes what an apply owns, or stays as it is. */
class OwnershipTest {
  private static final Deployment DESIRED =
      new DeploymentBuilder()
          .withNewMetadata()
          .withName("minilm")
          .withNamespace("demo")
          .endMetadata()
          .withNewSpec()
          .withProgressDeadlineSeconds(60)
          .endSpec()
          .build();

  private final ApiServer api = new ApiServer();
  private final KubernetesClient client = api.client();
  private final Ownership ownership = new Ownership(client);
  private final Deployment created =
      client
          .resource(new DeploymentBuilder(DESIRED).editSpec().withReplicas(0).endSpec().build())
          .create();

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void theReplicasAreNobodysAfterwards() {
    Deployment taken = ownership.take(created, DESIRED);
    assertTrue(Ownership.isTaken(taken));
    String fields = taken.getMetadata().getManagedFields().toString();
    assertTrue(fields.contains("f:progressDeadlineSeconds"), fields);
    assertFalse(fields.contains("f:replicas"), fields);
    assertEquals(0, taken.getSpec().getReplicas());
  }

  @Test
  void whatTheCacheHoldsIsNotTakenWhenTheServerDidNotTakeIt() {
    api.refuse("PATCH deployments/minilm", "not now");
    assertThrows(KubernetesClientException.class, () -> ownership.take(created, DESIRED));
    assertFalse(Ownership.isTaken(created), "it is to be tried again");
    api.allow("PATCH deployments/minilm");
    assertTrue(Ownership.isTaken(ownership.take(created, DESIRED)));
  }
}
