package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.Config;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.activators.LoadPoller;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.Scales;
import dev.reveille.operator.child.Sleep;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.Await;
import dev.reveille.operator.kit.FakeActivator;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator as a whole, on an API server and an activator in memory. */
class EndpointReconcilerTest {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final ApiServer api = new ApiServer();
  private final KubernetesClient client = api.client();
  private final FakeActivator activator = new FakeActivator();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Operator operator;
  private LoadPoller poller;

  @BeforeEach
  void start() throws Exception {
    Installation installation =
        new Installation(
            Config.parse(
                Map.of(
                    "REVEILLE_NAMESPACE", "reveille",
                    "POD_NAME", "operator-0",
                    "REVEILLE_MODEL_SERVER_IMAGE", "model-server:1")),
            Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[32])),
            "10.0.0.7:8081");
    Watches watches = new Watches();
    Activators activators = new Activators(() -> List.of(activator.address()), () -> "key");
    poller = new LoadPoller(activators, watches::loadChanged, meters, System::nanoTime);
    Scales scales = new Scales(client);
    InstantSource clock = InstantSource.system();
    operator =
        new Operator(
            framework -> framework.withKubernetesClient(client).withCloseClientOnStop(false));
    operator.register(
        new EndpointReconciler(
            new EndpointReconciler.Eyes(() -> Optional.of(installation), watches, poller::latest),
            new EndpointReconciler.Hands(
                new Children(client),
                scales,
                new Sleep(scales, activators, meters, System::nanoTime),
                new Report(new Events(client, "operator-0", clock), clock)),
            clock));
    operator.start();
    poller.start();
  }

  @AfterEach
  void stop() {
    poller.close();
    operator.stop();
    activator.close();
    client.close();
    api.close();
  }

  @Test
  void anEndpointGetsItsObjectsAtZeroReplicas() {
    endpoint(0, 4, 60);
    InferenceEndpointStatus status = awaitState(EndpointState.ASLEEP);
    assertEquals("http://minilm.demo.svc.cluster.local", status.url());
    assertEquals(
        List.of(
            "POST deployments",
            "PATCH deployments/minilm",
            "POST horizontalpodautoscalers",
            "PATCH horizontalpodautoscalers/minilm",
            "POST services",
            "PATCH services/minilm"),
        objectWrites(),
        "each made once; the PATCH turns what the POST owns into what an apply owns");
    assertEquals(0, deployment().getSpec().getReplicas());
    assertEquals(1, autoscaler().get().getSpec().getMinReplicas());
    assertTrue(
        deployment().getMetadata().getManagedFields().stream()
            .allMatch(
                entry ->
                    entry.getOperation().equals("Apply")
                        && !entry.getFieldsV1().toString().contains("f:replicas")),
        "spec.replicas is nobody's by apply");
  }

  @Test
  void aSecondLookWritesNothing() {
    endpoint(0, 4, 60);
    awaitState(EndpointState.ASLEEP);
    api.forgetWrites();
    edit(spec -> spec.with(new ScalingSpec(0, 4, 61)));
    awaitGeneration(2);
    assertEquals(List.of(), objectWrites());
    // That it saw the new generation; a look at a cache that lags may repeat what it wrote before.
    assertTrue(statusWrites() <= 3, statusWrites() + " status writes");
  }

  @Test
  void aFloorIsReachedAndAHigherScaleIsLeftAlone() {
    endpoint(0, 9, 60);
    awaitState(EndpointState.ASLEEP);
    edit(spec -> spec.with(new ScalingSpec(2, 9, 60)));
    awaitReplicas(2);
    scale(5);
    awaitReplicas(5);
    api.forgetWrites();
    edit(spec -> spec.with(new ScalingSpec(3, 9, 60)));
    awaitGeneration(3);
    assertEquals(List.of("PATCH horizontalpodautoscalers/minilm"), objectWrites());
    assertEquals(5, deployment().getSpec().getReplicas());
  }

  @Test
  void aChangedTemplateIsAppliedWithoutTouchingTheScale() {
    endpoint(2, 9, 60);
    awaitReplicas(2);
    scale(4);
    edit(spec -> InferenceEndpointSpec.of(ModelSpec.at("http://h/new.onnx")).with(spec.scaling()));
    Await.that(
        "the new model's URL is in the template",
        this::deployment,
        deployment ->
            deployment.toString().contains(Keys.modelId(ModelSpec.at("http://h/new.onnx"))));
    assertEquals(4, deployment().getSpec().getReplicas());
  }

  @Test
  void whatWasEditedOrDeletedByHandComesBack() {
    endpoint(0, 4, 60);
    awaitState(EndpointState.ASLEEP);
    autoscaler().patch(MERGE, "{\"spec\": {\"maxReplicas\": 77}}");
    Await.that(
        "the autoscaler's bound is ours again",
        () -> autoscaler().get().getSpec().getMaxReplicas(),
        max -> max == 4);
    String uid = deployment().getMetadata().getUid();
    client.apps().deployments().inNamespace("demo").withName("minilm").delete();
    Await.that(
        "there is a new Deployment",
        this::deployment,
        deployment -> deployment != null && !deployment.getMetadata().getUid().equals(uid));
    assertEquals(0, deployment().getSpec().getReplicas());
  }

  @Test
  void aForeignObjectOfTheNameIsLeftAloneAndNamed() {
    client
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
    Deployment foreign = deployment();
    endpoint(0, 4, 60);
    InferenceEndpointStatus status = awaitState(EndpointState.FAILED);
    Condition ready = status.conditions().getFirst();
    assertEquals("NameTaken", ready.getReason());
    assertTrue(ready.getMessage().contains("Deployment minilm"), ready.getMessage());
    assertEquals(foreign, deployment(), "not touched");
    assertNull(autoscaler().get(), "an autoscaler would scale what is not ours");
    assertNull(client.services().inNamespace("demo").withName("minilm").get());
    assertEquals(1, events("NameTaken"), "told once");
  }

  @Test
  void theObjectOfADeletedNamesakeIsWaitedForNotFailedOver() {
    client
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
    endpoint(0, 4, 60);
    Await.that(
        "it says what it waits for",
        () -> reason("Ready"),
        reason -> reason.equals("Unknown Replacing"));
    client.apps().deployments().inNamespace("demo").withName("minilm").delete();
    edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    awaitState(EndpointState.ASLEEP);
    Await.that("it has its own", this::deployment, deployment -> deployment != null);
    assertEquals(0, events("NameTaken"));
  }

  @Test
  void whatTheClusterRefusesIsSaidAndTriedAgain() {
    api.refuse("POST deployments", "exceeded quota: small");
    endpoint(0, 4, 60);
    awaitState(EndpointState.FAILED);
    assertEquals("False ObjectRefused", reason("Ready"));
    assertTrue(
        status().conditions().getFirst().getMessage().contains("exceeded quota: small"),
        status().toString());
    api.allow("POST deployments");
    edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    awaitState(EndpointState.ASLEEP);
  }

  @Test
  void anIdleEndpointIsPutToSleepBehindAFence() {
    InferenceEndpoint endpoint = endpoint(0, 4, 1);
    String uid = endpoint.getMetadata().getUid();
    awaitState(EndpointState.ASLEEP);
    scale(2);
    activator.load(load(uid, 1, 0, 0));
    Await.that("the load was seen", () -> poller.latest().of(uid).inFlight(), n -> n == 1);
    assertEquals(0, activator.heard("PUT /internal/v1/fences/" + uid), "a request runs");
    activator.load(load(uid, 0, 0, 1500));
    awaitReplicas(0);
    Await.that(
        "the fence was lifted, saying that it sleeps",
        () -> activator.heard("DELETE /internal/v1/fences/" + uid + "?slept=true"),
        n -> n == 1);
    awaitState(EndpointState.ASLEEP);
    assertEquals(1, meters.counter("reveille.operator.sleeps").count());
  }

  @Test
  void aWakeInTheMiddleOfTheFenceWins() {
    InferenceEndpoint endpoint = endpoint(0, 4, 1);
    String uid = endpoint.getMetadata().getUid();
    awaitState(EndpointState.ASLEEP);
    scale(1);
    activator.fence(0, 0).fence(0, 1);
    api.overtakeNextScale(3);
    activator.load(load(uid, 0, 0, 1500));
    Await.that(
        "the fence was lifted, saying that it stays",
        () -> activator.heard("DELETE /internal/v1/fences/" + uid),
        n -> n > 0);
    assertEquals(3, deployment().getSpec().getReplicas());
    assertEquals(
        1, meters.counter("reveille.operator.sleeps.aborted", "reason", "conflict").count());
  }

  private static String load(String uid, int inFlight, int queued, long idleMillis) {
    return """
        {"activator": "a", "endpoints": [{"uid": "%s", "namespace": "demo", "name": "minilm",
        "inFlight": %d, "queued": %d, "idleMillis": %d, "backends": 0, "failure": null, "model": null,
        "coldStarts": []}]}
        """
        .formatted(uid, inFlight, queued, idleMillis);
  }

  /** As an HPA, a user or the activator does. */
  private void scale(int replicas) {
    client
        .apps()
        .deployments()
        .inNamespace("demo")
        .withName("minilm")
        .patch(MERGE, "{\"spec\": {\"replicas\": " + replicas + "}}");
  }

  private InferenceEndpoint endpoint(int min, int max, int idleSeconds) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName("minilm");
    endpoint.getMetadata().setNamespace("demo");
    endpoint.setSpec(
        InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx"))
            .with(new ScalingSpec(min, max, idleSeconds)));
    return client.resource(endpoint).create();
  }

  private void edit(UnaryOperator<InferenceEndpointSpec> change) {
    String spec = Serialization.asJson(change.apply(endpoints().get().getSpec()));
    endpoints().patch(MERGE, "{\"spec\": " + spec + "}");
  }

  private Resource<InferenceEndpoint> endpoints() {
    return client.resources(InferenceEndpoint.class).inNamespace("demo").withName("minilm");
  }

  private InferenceEndpointStatus status() {
    return endpoints().get().getStatus();
  }

  private String reason(String type) {
    return status() == null
        ? ""
        : status().conditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .map(condition -> condition.getStatus() + " " + condition.getReason())
            .findFirst()
            .orElse("");
  }

  private InferenceEndpointStatus awaitState(EndpointState state) {
    return Await.that(
        "state " + state, this::status, status -> status != null && status.state() == state);
  }

  private void awaitGeneration(long generation) {
    Await.that(
        "generation " + generation + " was seen",
        this::status,
        status -> status.observedGeneration() == generation);
  }

  private void awaitReplicas(int replicas) {
    Await.that(
        replicas + " replicas",
        this::deployment,
        deployment -> deployment != null && deployment.getSpec().getReplicas() == replicas);
  }

  private Deployment deployment() {
    return client.apps().deployments().inNamespace("demo").withName("minilm").get();
  }

  private Resource<HorizontalPodAutoscaler> autoscaler() {
    return client
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace("demo")
        .withName("minilm");
  }

  private long events(String reason) {
    return client.v1().events().inNamespace("demo").list().getItems().stream()
        .filter(event -> event.getReason().equals(reason))
        .count();
  }

  private List<String> objectWrites() {
    return api.writes().stream().filter(write -> !write.contains("inferenceendpoints")).toList();
  }

  private long statusWrites() {
    return api.writes().stream().filter(write -> write.endsWith("/status")).count();
  }
}
