package dev.reveille.operator.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.lifecycle.Given;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written to pods of a pool, and that it is the pod that was looked at. */
@EnableKubernetesMockClient(https = false)
class PoolPodsTest {
  private static final String PATH = "/api/v1/namespaces/demo/pods/small-1";
  private static final Pod POD =
      Given.yaml(
          """
          apiVersion: v1
          kind: Pod
          metadata:
            name: small-1
            namespace: demo
            uid: pod-uid
            resourceVersion: '41'
            labels:
              reveille.dev/warm-pool: small
              app.kubernetes.io/component: warm-pool
              app.kubernetes.io/managed-by: reveille
          """,
          Pod.class);

  KubernetesMockServer server;
  KubernetesClient client;

  @Test
  void aHandOverIsOneGuardedPatch() throws Exception {
    server.expect().get().withPath(PATH).andReturn(200, POD).once();
    server.expect().patch().withPath(PATH).andReturn(200, POD).once();
    assertTrue(new PoolPods(client).handOver("small-1", new Given().endpoint));
    String patch = server.getLastRequest().getUtf8Body();
    for (String part :
        new String[] {
          "\"uid\":\"pod-uid\"",
          "\"resourceVersion\":\"41\"",
          "\"reveille.dev/warm-pool\":null",
          "\"reveille.dev/endpoint-uid\":\"uid-1\"",
          "\"reveille.dev/bridge\":\"minilm\"",
          "\"kind\":\"InferenceEndpoint\"",
          "\"controller\":true",
          "\"blockOwnerDeletion\":false"
        }) {
      assertTrue(patch.contains(part), part + " in " + patch);
    }
  }

  @ParameterizedTest
  @CsvSource({"409, false", "403, false", "404, true"})
  void whatTheClusterSaysAgainstItIsTriedAgainUnlessThePodIsGone(int status, boolean settled)
      throws Exception {
    server.expect().get().withPath(PATH).andReturn(200, POD).once();
    server.expect().patch().withPath(PATH).andReturn(status, "{}").once();
    assertEquals(settled, new PoolPods(client).handOver("small-1", new Given().endpoint));
    assertEquals("PATCH", server.getLastRequest().getMethod());
  }

  @Test
  void aPodThatIsGoneOrNobodysBusinessIsNotWritten() {
    Pod stranger = Given.yaml("metadata: {name: small-1, namespace: demo}", Pod.class);
    assertTrue(new PoolPods(client).handOver("small-1", new Given().endpoint), "404");
    server.expect().get().withPath(PATH).andReturn(200, stranger).once();
    assertTrue(new PoolPods(client).handOver("small-1", new Given().endpoint));
    assertEquals(2, server.getRequestCount(), "two looks");
  }

  @Test
  void aPodIsDeletedAsItWasSeen() throws Exception {
    server.expect().delete().withPath(PATH).andReturn(409, "{}").once();
    new PoolPods(client).delete(POD);
    String options = server.takeRequest().getUtf8Body();
    assertTrue(options.contains("\"preconditions\":{\"resourceVersion\":\"41\"}"), options);
    assertFalse(options.contains("gracePeriodSeconds"), "it finishes what it runs");
  }
}
