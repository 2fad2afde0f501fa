package dev.reveille.e2e.chaos;

import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The counter of executions, which outlives every server that tells it, and the striker, which
 * reaches the processes of its node; in a namespace of their own.
 */
public final class Witness implements AutoCloseable {
  private static final String IMAGE = "REVEILLE_WITNESS_IMAGE";
  private static final String AS_ROOT = "REVEILLE_WITNESS_ROOT_IMAGE";
  private static final String NAMESPACE = "reveille-e2e-witness";
  private static final String COUNTER = "counter";
  private static final String STRIKER = "striker";
  private static final int COUNTER_PORT = 9000;
  private static final Map<String, Object> RESOURCES =
      Map.of(
          "requests", Map.of("cpu", "10m", "memory", "16Mi"),
          "limits", Map.of("memory", "128Mi"));

  private final Cluster cluster;
  private final String counter;

  private Witness(Cluster cluster) {
    this.cluster = cluster;
    Await.that(
        "namespace " + NAMESPACE + " of an earlier run is gone",
        () -> cluster.client().namespaces().withName(NAMESPACE).get(),
        Objects::isNull);
    cluster
        .client()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    cluster.client().resource(pod(COUNTER, "count", Cluster.image(IMAGE)).build()).create();
    cluster.client().resource(striker()).create();
    counter = ready(COUNTER).getStatus().getPodIP() + ":" + COUNTER_PORT;
    ready(STRIKER);
  }

  /** Gone when closed. */
  public static Witness deploy(Cluster cluster) {
    return new Witness(cluster);
  }

  private static PodBuilder pod(String name, String does, String image) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withTerminationGracePeriodSeconds(1L)
        .addNewContainer()
        .withName(name)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(does)
        .withNewReadinessProbe()
        .withPeriodSeconds(1)
        .withNewHttpGet()
        .withPath("/healthz")
        .withNewPort(8080)
        .endHttpGet()
        .endReadinessProbe()
        .endContainer()
        .endSpec();
  }

  private static Pod striker() {
    return pod(STRIKER, "strike", Cluster.image(AS_ROOT))
        .editSpec()
        .withHostPID(true)
        .editFirstContainer()
        .withNewSecurityContext()
        .withPrivileged(true)
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .build();
  }

  private Pod ready(String name) {
    return Await.that(
        name + " is ready in namespace " + NAMESPACE,
        () -> cluster.client().pods().inNamespace(NAMESPACE).withName(name).get(),
        pod -> pod != null && Readiness.isPodReady(pod));
  }

  /** An endpoint of the witness: each answer can be checked, each execution is counted. */
  public Endpoint server(Sandbox sandbox, String name) {
    return sandbox
        .endpoint(name)
        .with("container.image", Cluster.image(IMAGE))
        .with("container.args", List.of("serve"))
        .with("container.readinessPath", "/healthz")
        .with("container.resources", RESOURCES)
        .with(
            "container.env",
            List.of(
                Map.of("name", "ENDPOINT", "value", name),
                Map.of("name", "COUNTER", "value", counter)));
  }

  /** How often each request was executed, by its number; shorter when the last ones never were. */
  byte[] executions() {
    return Base64.getDecoder().decode(ask(COUNTER, "GET", "counts").strip());
  }

  /** Every process of a pod's container is killed at once. */
  void kill(Pod pod) {
    ask(STRIKER, "POST", "strike?signal=KILL&container=" + container(pod));
  }

  /** They stand still for that time. */
  void pause(Pod pod, int millis) {
    ask(
        STRIKER,
        "POST",
        "strike?signal=STOP&millis=%d&container=%s".formatted(millis, container(pod)));
  }

  /** A program of the node stands still, from a moment later on. */
  void pauseProgram(String program, int millis) {
    ask(STRIKER, "POST", "strike?signal=STOP&millis=%d&program=%s".formatted(millis, program));
  }

  /** What a pod's processes use, as JSON. */
  String use(Pod pod) {
    return ask(STRIKER, "GET", "use?container=" + container(pod));
  }

  /** The name of its container's cgroup ends with it. */
  private static String container(Pod pod) {
    String id = pod.getStatus().getContainerStatuses().getFirst().getContainerID();
    return id.substring(id.lastIndexOf('/') + 1);
  }

  private String ask(String whom, String method, String what) {
    String path = "/api/v1/namespaces/%s/pods/%s:8080/proxy/%s".formatted(NAMESPACE, whom, what);
    return Objects.requireNonNull(cluster.client().raw(path, method, null), path);
  }

  @Override
  public void close() {
    cluster.client().namespaces().withName(NAMESPACE).delete();
  }
}
