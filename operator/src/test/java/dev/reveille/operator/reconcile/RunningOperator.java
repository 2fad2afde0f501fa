package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.activators.LoadPoller;
import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.Await;
import dev.reveille.operator.kit.ChartCrd;
import dev.reveille.operator.kit.FakeActivator;
import dev.reveille.operator.metricsapi.Provider;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.function.UnaryOperator;

/** The operator as a whole, on an API server and an activator in memory; one endpoint, minilm. */
final class RunningOperator implements AutoCloseable {
  static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  final ApiServer api = new ApiServer();
  final KubernetesClient client = api.client();
  final FakeActivator activator = new FakeActivator();
  private final OperatorProcess process =
      new OperatorProcess(client, activator, Metrics.NOOP).start();
  final SimpleMeterRegistry meters = process.meters;
  final LoadPoller poller = process.poller;

  /** Somebody else has the External Metrics API, or nobody any more. */
  void metrics(Provider provider) {
    process.metrics(provider);
  }

  @Override
  public void close() {
    process.close();
    activator.close();
    client.close();
    api.close();
  }

  /** The cluster has this CRD from now on. */
  void has(ChartCrd crd) {
    client.resource(crd.crd()).createOr(NonDeletingOperation::update);
  }

  /** A pod as the ReplicaSet of the endpoint's Deployment makes it. */
  void pod(String uid) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("minilm-1")
                .withNamespace("demo")
                .addToLabels(Api.ENDPOINT_LABEL, "minilm")
                .addToLabels(Api.ENDPOINT_UID_LABEL, uid)
                .withCreationTimestamp("2026-03-01T12:00:00Z")
                .endMetadata()
                .build())
        .create();
  }

  /** An activator that is asked and knows no pool. */
  static String load(String uid, int inFlight, int queued, long idleMillis) {
    return """
        {"activator": "a", "endpoints": [{"uid": "%s", "namespace": "demo", "name": "minilm",
        "inFlight": %d, "queued": %d, "idleMillis": %d, "backends": 0, "failure": null, "model": null,
        "coldStarts": []}]}
        """
        .formatted(uid, inFlight, queued, idleMillis);
  }

  /** As an HPA, a user or the activator does. */
  void scale(int replicas) {
    client
        .apps()
        .deployments()
        .inNamespace("demo")
        .withName("minilm")
        .patch(MERGE, "{\"spec\": {\"replicas\": " + replicas + "}}");
  }

  /** So many replicas are wanted and ready. */
  void serve(int replicas) {
    client
        .apps()
        .deployments()
        .inNamespace("demo")
        .withName("minilm")
        .patch(
            MERGE,
            "{\"spec\": {\"replicas\": %d}, \"status\": {\"readyReplicas\": %d}}"
                .formatted(replicas, replicas));
  }

  InferenceEndpoint endpoint(int min, int max, int idleSeconds) {
    return endpoint(
        InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx"))
            .with(new ScalingSpec(min, max, idleSeconds)));
  }

  InferenceEndpoint endpoint(InferenceEndpointSpec spec) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName("minilm");
    endpoint.getMetadata().setNamespace("demo");
    endpoint.setSpec(spec);
    return client.resource(endpoint).create();
  }

  void annotate(String annotation, String value) {
    endpoints()
        .patch(
            MERGE,
            "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}".formatted(annotation, value));
  }

  void edit(UnaryOperator<InferenceEndpointSpec> change) {
    String spec = Serialization.asJson(change.apply(endpoints().get().getSpec()));
    endpoints().patch(MERGE, "{\"spec\": " + spec + "}");
  }

  Resource<InferenceEndpoint> endpoints() {
    return client.resources(InferenceEndpoint.class).inNamespace("demo").withName("minilm");
  }

  InferenceEndpointStatus status() {
    return endpoints().get().getStatus();
  }

  String reason(String type) {
    return status() == null
        ? ""
        : status().conditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .map(condition -> condition.getStatus() + " " + condition.getReason())
            .findFirst()
            .orElse("");
  }

  InferenceEndpointStatus awaitState(EndpointState state) {
    return Await.that(
        "state " + state, this::status, status -> status != null && status.state() == state);
  }

  void awaitGeneration(long generation) {
    Await.that(
        "generation " + generation + " was seen",
        this::status,
        status -> status.observedGeneration() == generation);
  }

  void awaitReplicas(int replicas) {
    Await.that(
        replicas + " replicas",
        this::deployment,
        deployment -> deployment != null && deployment.getSpec().getReplicas() == replicas);
  }

  Deployment deployment() {
    return client.apps().deployments().inNamespace("demo").withName("minilm").get();
  }

  Resource<HorizontalPodAutoscaler> autoscaler() {
    return client
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace("demo")
        .withName("minilm");
  }

  long events(String reason) {
    return client.v1().events().inNamespace("demo").list().getItems().stream()
        .filter(event -> event.getReason().equals(reason))
        .count();
  }

  List<String> objectWrites() {
    return api.writes().stream().filter(write -> !write.contains("inferenceendpoints")).toList();
  }

  long statusWrites() {
    return api.writes().stream().filter(write -> write.endsWith("/status")).count();
  }
}
