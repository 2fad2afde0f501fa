package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Who else serves the External Metrics API is left alone; the endpoints make do with CPU. */
@Isolated("the metrics are somebody else's for a while")
class MetricsProviderE2E {
  private static final String OTHER = "other-provider";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("provider");

  private static Resource<APIService> registration() {
    return SANDBOX.client().apiServices().withName("v1beta1.external.metrics.k8s.io");
  }

  private static String registered() {
    APIService there = registration().get();
    return there == null || there.getSpec().getService() == null
        ? "nothing"
        : there.getSpec().getService().getName();
  }

  /** Whatever went wrong: an APIService without a server stops the deletion of namespaces. */
  @AfterEach
  void leaveOurs() {
    if (registered().equals(OTHER)) {
      registration().delete();
    }
    awaitOurs();
  }

  private static void awaitOurs() {
    Await.that(
        "ours is there and available",
        () -> registration().get(),
        there ->
            there != null
                && there.getSpec().getService().getName().equals("reveille-activator-metrics")
                && there.getStatus() != null
                && there.getStatus().getConditions().stream()
                    .anyMatch(
                        condition ->
                            condition.getType().equals("Available")
                                && condition.getStatus().equals("True")));
  }

  /** Another Service; the activators play its server, so that the cluster stays whole. */
  private static void installOther() {
    List<String> addresses =
        SANDBOX.cluster().components(Cluster.ACTIVATOR).stream()
            .map(Pod::getStatus)
            .map(status -> status.getPodIP())
            .toList();
    SANDBOX
        .client()
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(OTHER)
                .withNamespace(SANDBOX.namespace())
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(443)
                .withTargetPort(new IntOrString(8443))
                .endPort()
                .endSpec()
                .build())
        .create();
    SANDBOX
        .client()
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(OTHER)
                .withNamespace(SANDBOX.namespace())
                .addToLabels("kubernetes.io/service-name", OTHER)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withPort(8443)
                .endPort()
                .addNewEndpoint()
                .withAddresses(addresses)
                .endEndpoint()
                .build())
        .create();
    registration()
        .edit(
            there ->
                new APIServiceBuilder(there)
                    .editMetadata()
                    .withOwnerReferences(List.of())
                    .endMetadata()
                    .editSpec()
                    .withCaBundle(null)
                    .withInsecureSkipTLSVerify(true)
                    .editService()
                    .withNamespace(SANDBOX.namespace())
                    .withName(OTHER)
                    .endService()
                    .endSpec()
                    .build());
  }

  private static String metric(Endpoint endpoint) {
    return endpoint.autoscaler().map(MetricsProviderE2E::metric).orElse("");
  }

  private static String metric(HorizontalPodAutoscaler autoscaler) {
    MetricSpec metric = autoscaler.getSpec().getMetrics().getFirst();
    return metric.getExternal() == null
        ? metric.getResource().getName()
        : metric.getExternal().getMetric().getName();
  }

  @Test
  void anotherProviderIsLeftAloneAndSucceeded() {
    awaitOurs();
    Endpoint endpoint = SANDBOX.addOne("scaled").with("scaling.minReplicas", 1).apply();
    endpoint.awaitState(EndpointState.READY);
    Await.that(
        "the autoscaler goes by concurrency",
        () -> metric(endpoint),
        "reveille-concurrency"::equals);

    installOther();
    var said = endpoint.awaitCondition("ScalingActive", "True", "ScalingOnCpu");
    System.out.println("another provider: " + said.getMessage());
    Await.that("the autoscaler goes by CPU", () -> metric(endpoint), "cpu"::equals);
    assertEquals(OTHER, registered(), "it was not touched");

    SANDBOX
        .cluster()
        .components(Cluster.OPERATOR)
        .forEach(pod -> SANDBOX.client().resource(pod).delete());
    SANDBOX.cluster().awaitComponent(Cluster.OPERATOR);
    endpoint.with("scaling.maxReplicas", 3).apply();
    endpoint.await("was seen by the new operator", status -> status.state() != null);
    assertEquals("cpu", metric(endpoint));
    assertEquals(OTHER, registered(), "nor by an operator that has just started");

    registration().delete();
    awaitOurs();
    Await.that(
        "the autoscaler goes by concurrency again",
        () -> metric(endpoint),
        "reveille-concurrency"::equals);
  }
}
