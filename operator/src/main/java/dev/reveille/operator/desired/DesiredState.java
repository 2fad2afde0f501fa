package dev.reveille.operator.desired;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.install.Installation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes objects of an endpoint, or of its canary, as they should be.
 *
 * @param service null for a canary: people call the endpoint
 */
public record DesiredState(
    Deployment deployment,
    HorizontalPodAutoscaler autoscaler,
    @Nullable Service service,
    String revision) {
  public static DesiredState of(InferenceEndpoint endpoint, Installation installation) {
    PodTemplate template = PodTemplate.of(endpoint, installation);
    return new DesiredState(
        deployment(endpoint, template),
        Autoscaler.of(
            Labels.child(endpoint),
            endpoint.getMetadata().getName(),
            endpoint.getMetadata().getUid(),
            endpoint.getSpec().scaling(),
            installation.metrics()),
        Canary.isOne(endpoint) ? null : service(endpoint, installation),
        template.revision());
  }

  /** In the order in which they are written; the autoscaler comes and goes (Autoscaling). */
  public List<HasMetadata> objects() {
    return service == null ? List.of(deployment) : List.of(deployment, service);
  }

  /** Without replicas: they are changed through the scale subresource alone. */
  private static Deployment deployment(InferenceEndpoint endpoint, PodTemplate template) {
    return Rollout.of(
        Labels.child(endpoint),
        Labels.selector(endpoint),
        template,
        endpoint.getSpec().revisionHistoryLimit());
  }

  /** A name in the endpoint's namespace that leads to the activator, which routes by it. */
  private static Service service(InferenceEndpoint endpoint, Installation installation) {
    return new ServiceBuilder()
        .withMetadata(Labels.child(endpoint))
        .withNewSpec()
        .withType("ExternalName")
        .withExternalName(
            installation.config().dataService()
                + "."
                + installation.config().namespace()
                + ".svc."
                + installation.config().clusterDomain())
        .addNewPort()
        .withName("http")
        .withPort(80)
        .withNewTargetPort(80)
        .withProtocol("TCP")
        .endPort()
        .endSpec()
        .build();
  }
}
