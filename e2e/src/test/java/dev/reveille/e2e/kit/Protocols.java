package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A pod that calls endpoints in each protocol, from where their users are: inside the cluster. */
public final class Protocols {
  private static final String IMAGE = "REVEILLE_PROTOCOLS_IMAGE";
  private static final String NAME = "caller";

  private final Sandbox sandbox;

  private Protocols(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Its image, which is the servers' as well. */
  public static String image() {
    return Cluster.image(IMAGE);
  }

  /** Runs it in a test's namespace, until that goes. */
  public static Protocols in(Sandbox sandbox) {
    sandbox.client().resource(pod(sandbox.namespace())).create();
    Await.that(
        "the pod that calls is ready",
        () -> sandbox.client().pods().inNamespace(sandbox.namespace()).withName(NAME).get(),
        pod ->
            pod.getStatus().getConditions().stream()
                .anyMatch(
                    condition ->
                        condition.getType().equals("Ready")
                            && condition.getStatus().equals("True")));
    return new Protocols(sandbox);
  }

  private static Pod pod(String namespace) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName(NAME)
        .withImage(image())
        .withImagePullPolicy("IfNotPresent")
        .withArgs("call")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withNewReadinessProbe()
        .withPeriodSeconds(1)
        .withNewHttpGet()
        .withPath("/healthz")
        .withNewPort(8080)
        .endHttpGet()
        .endReadinessProbe()
        .endContainer()
        .endSpec()
        .build();
  }

  /** What a call of that kind saw; fails with what was wrong. */
  public String call(String kind, Endpoint endpoint) {
    String to = endpoint.name() + "." + sandbox.namespace();
    String path =
        "/api/v1/namespaces/%s/pods/%s:8080/proxy/%s?to=%s"
            .formatted(
                sandbox.namespace(), NAME, kind, URLEncoder.encode(to, StandardCharsets.UTF_8));
    return sandbox.client().raw(path, "GET", null);
  }

  /** An endpoint of the server, in one of its ways ({@code http}, {@code grpc}). */
  public static Endpoint server(Sandbox sandbox, String name, String way) {
    return sandbox
        .endpoint(name)
        .with("container.image", image())
        .with("container.args", java.util.List.of(way))
        .with("container.resources", Map.copyOf(Sandbox.SMALL))
        .with("container.readinessPath", "/healthz")
        .with("scaling.idleSeconds", 2);
  }
}
