package dev.reveille.operator.lifecycle;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.operator.Config;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import dev.reveille.operator.activators.LoadReport.Ejected;
import dev.reveille.operator.activators.LoadReport.Failure;
import dev.reveille.operator.activators.LoadReport.Model;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An observation put together piece by piece; what is not said is an endpoint asleep. */
public final class Given {
  public static final String REVISION = "rev1";

  /** An installation whose model servers run {@code model-server:1} with 1 CPU and 1Gi. */
  public static final Config CONFIG =
      new Config(
          "reveille",
          "operator-0",
          8080,
          true,
          "cluster.local",
          "reveille-activator",
          "reveille-activator-internal",
          true,
          new Config.ModelServer(
              "model-server:1",
              "IfNotPresent",
              yaml("{limits: {cpu: '1', memory: 1Gi}}", ResourceRequirements.class)));

  public final InferenceEndpoint endpoint = new InferenceEndpoint();
  private int wanted;
  private int ready;
  private final List<Pod> pods = new ArrayList<>();
  private final List<Pod> bridges = new ArrayList<>();
  private WarmPool pool;
  private Load load = new Load(0, 0, 0, 0, true, Set.of(), List.of(), null, List.of(), List.of());
  private Set<String> reported = Set.of();
  private List<Failure> failures = List.of();
  private Model model;
  private List<ColdStart> coldStarts = List.of();
  private List<Ejected> ejected = List.of();
  private HorizontalPodAutoscaler autoscaler;
  private DeploymentCondition condition;
  private Applied applied = new Applied.Done();
  private boolean deployed = true;
  private String template = REVISION;
  private String scaledAt;

  public Given() {
    endpoint.getMetadata().setName("minilm");
    endpoint.getMetadata().setNamespace("demo");
    endpoint.getMetadata().setUid("uid-1");
    endpoint.getMetadata().setGeneration(1L);
    endpoint.setSpec(InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx")));
  }

  /** Also what begins with a brace, which would else be taken for JSON. */
  public static <T> T yaml(String text, Class<T> type) {
    return Serialization.unmarshal("---\n" + text, type);
  }

  /** Another spec than that of a plain model. */
  public Given spec(String yaml) {
    endpoint.setSpec(yaml(yaml, InferenceEndpointSpec.class));
    return this;
  }

  public Given scaling(int min, int max, int idleSeconds) {
    endpoint.setSpec(endpoint.getSpec().with(new ScalingSpec(min, max, idleSeconds)));
    return this;
  }

  /** What a cold start may take, in milliseconds. */
  public Given target(int millis) {
    endpoint.setSpec(
        endpoint.getSpec().with(ActivationSpec.DEFAULTS.withColdStartTargetMillis(millis)));
    return this;
  }

  /** The endpoint names this pool, and there is one of this spec; null: none. */
  public Given pool(String name, WarmPoolSpec spec) {
    endpoint.setSpec(endpoint.getSpec().with(endpoint.getSpec().scaling().withWarmPool(name)));
    pool = spec == null ? null : new WarmPool();
    if (spec != null) {
      pool.setSpec(spec);
    }
    return this;
  }

  /** The wake annotation has this value. */
  public Given wake(String value) {
    endpoint.getMetadata().setAnnotations(Map.of(Api.WAKE_ANNOTATION, value));
    return this;
  }

  /** The sleep annotation has this value. */
  public Given sleep(String value) {
    endpoint.getMetadata().setAnnotations(Map.of(Api.SLEEP_ANNOTATION, value));
    return this;
  }

  public Given paused() {
    endpoint.setSpec(endpoint.getSpec().paused(true));
    return this;
  }

  public Given replicas(int wanted, int ready) {
    this.wanted = wanted;
    this.ready = ready;
    return this;
  }

  public Given pod(String yaml) {
    pods.add(yaml(yaml, Pod.class));
    return this;
  }

  /** A replica of that revision, ready or not. */
  public static String podOf(String revision, String ready) {
    return """
        metadata: {name: p, labels: {reveille.dev/revision: %s}, creationTimestamp: '2026-03-01T11:00:00Z'}
        status: {conditions: [{type: Ready, status: '%s'}]}
        """
        .formatted(revision, ready);
  }

  /** The endpoint is the second version of another. */
  public Given asCanary() {
    endpoint.getMetadata().setName(Canary.name("minilm"));
    endpoint.getMetadata().setUid(Canary.id("uid-1"));
    return this;
  }

  /** The Deployment still makes pods of that revision. */
  public Given template(String other) {
    template = other;
    return this;
  }

  /** A pod of a pool that was handed over to the endpoint. */
  public Given bridge(String yaml) {
    bridges.add(yaml(yaml, Pod.class));
    return this;
  }

  /** Pods that activators send to though they are a pool's. */
  public Given reported(String... names) {
    reported = Set.of(names);
    return this;
  }

  public Given load(int inFlight, int queued, long idleMillis, int backends, boolean complete) {
    load =
        new Load(
            inFlight,
            queued,
            idleMillis,
            backends,
            complete,
            Set.of(),
            List.of(),
            null,
            List.of(),
            List.of());
    return this;
  }

  /** Pods that activators leave out. */
  public Given ejected(Ejected... pods) {
    ejected = List.of(pods);
    return this;
  }

  public Given failure(String revision) {
    failures = List.of(new Failure(revision, "ModelInvalid", "no graph"));
    return this;
  }

  /** An activator may not scale it; so many pods of a pool serve all the same. */
  public Given unwoken(int bridges) {
    failures = List.of(new Failure("", "WakeRefused", "may not scale"));
    return load(0, 0, 0, bridges, true);
  }

  public Given model(Model model) {
    this.model = model;
    return this;
  }

  public Given coldStarts(ColdStart... coldStarts) {
    this.coldStarts = List.of(coldStarts);
    return this;
  }

  public Given autoscaler(String yaml) {
    autoscaler = yaml(yaml, HorizontalPodAutoscaler.class);
    autoscaler.setMetadata(
        autoscaler.getMetadata() == null ? new ObjectMeta() : autoscaler.getMetadata());
    return this;
  }

  public Given applied(Applied other) {
    applied = other;
    return this;
  }

  /** The cluster does not make the Deployment's pods. */
  public Given refused(String message) {
    condition =
        new DeploymentConditionBuilder()
            .withType("ReplicaFailure")
            .withStatus("True")
            .withMessage(message)
            .build();
    return this;
  }

  /** The Deployment got no further in time. */
  public Given late() {
    condition =
        new DeploymentConditionBuilder()
            .withType("Progressing")
            .withStatus("False")
            .withReason("ProgressDeadlineExceeded")
            .build();
    return this;
  }

  /** When the replicas were last written. */
  public Given scaledAt(String time) {
    scaledAt = time;
    return this;
  }

  public Given withoutDeployment() {
    deployed = false;
    return this;
  }

  public Given before(InferenceEndpointStatus status) {
    endpoint.setStatus(status);
    return this;
  }

  public Observed observed() {
    return new Observed(
        endpoint,
        REVISION,
        deployed ? deployment() : null,
        autoscaler,
        pods,
        bridges,
        pool,
        new Load(
            load.inFlight(),
            load.queued(),
            load.idleMillis(),
            load.backends(),
            load.complete(),
            reported,
            failures,
            model,
            coldStarts,
            ejected),
        applied);
  }

  private Deployment deployment() {
    FieldsV1 replicas = new FieldsV1();
    replicas.setAdditionalProperties(Map.of("f:spec", Map.of("f:replicas", Map.of())));
    return new DeploymentBuilder()
        .withNewMetadata()
        .addNewManagedField()
        .withTime(scaledAt)
        .withFieldsV1(replicas)
        .endManagedField()
        .endMetadata()
        .withNewSpec()
        .withReplicas(wanted)
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels(Api.REVISION_LABEL, template)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .withNewStatus()
        .withReadyReplicas(ready)
        .withConditions(condition == null ? List.of() : List.of(condition))
        .endStatus()
        .build();
  }
}
