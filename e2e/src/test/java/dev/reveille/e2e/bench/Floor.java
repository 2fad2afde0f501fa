package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * What Kubernetes takes by itself: scale written → the first instruction of a pod without volume,
 * token or probe. No cold start that makes a pod can be faster.
 */
final class Floor {
  private static final String NAME = "floor";

  private final Sandbox sandbox;
  private final String nodeAddress;

  /**
   * @param nodeAddress where pods reach this program
   */
  Floor(Sandbox sandbox, String nodeAddress) {
    this.sandbox = sandbox;
    this.nodeAddress = nodeAddress;
  }

  Spread measure(int tries) {
    try (ServerSocket door = new ServerSocket(0)) {
      door.setSoTimeout(60_000);
      deploy(nodeAddress + ":" + door.getLocalPort());
      once(door); // not counted: this program's own classes
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < tries; i++) {
        millis.add(once(door));
      }
      return new Spread(millis);
    } catch (IOException e) {
      throw new UncheckedIOException("the bare pod did not connect", e);
    }
  }

  private double once(ServerSocket door) throws IOException {
    Machine.awaitQuiet();
    long began = System.nanoTime();
    scale(1);
    door.accept().close();
    double millis = (System.nanoTime() - began) / 1e6;
    scale(0);
    Await.that(
        "the bare pod is gone",
        () ->
            sandbox
                .client()
                .pods()
                .inNamespace(sandbox.namespace())
                .withLabel("app", NAME)
                .list()
                .getItems(),
        List::isEmpty);
    return millis;
  }

  private void scale(int replicas) {
    String path =
        "/apis/apps/v1/namespaces/" + sandbox.namespace() + "/deployments/" + NAME + "/scale";
    String scale =
        """
        {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "%s", "namespace": "%s"},
         "spec": {"replicas": %d}}
        """
            .formatted(NAME, sandbox.namespace(), replicas);
    sandbox.client().raw(path, "PUT", scale);
  }

  /** As restricted as model pods have to be, so that what differs is what runs in it. */
  private void deploy(String address) {
    sandbox
        .client()
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(sandbox.namespace())
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withNewSelector()
                .addToMatchLabels("app", NAME)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", NAME)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .addNewContainer()
                .withName("main")
                .withImage(Cluster.image("REVEILLE_FLOOR_IMAGE"))
                .withArgs(address)
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .addToDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }
}
