package dev.reveille.simulation;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An endpoint with its Deployment as the API server has them. */
final class App {
  static final int MOST_BYTES = 2 << 20;

  private static final Map<Long, InferenceEndpointStatus> USABLE = new ConcurrentHashMap<>();

  final int number;
  final String name;
  final String uid;
  final InferenceEndpointSpec spec;
  final boolean pooled;
  long generation = 1;

  /** Counts the changes that make other pods. */
  long template = 1;

  /** The template that the Deployment has. */
  long rolledOut = 1;

  /** Templates whose model cannot be loaded. */
  final Set<Long> broken = new HashSet<>();

  boolean deleted;
  boolean paused;

  /** Of the Deployment: every write of anybody counts it up. */
  long version = 1;

  int replicas;
  int shownReady;
  boolean syncPlanned;

  private final boolean unbounded;
  private final boolean unlimited;

  App(int number, int life, Setting setting, Sabotage sabotage) {
    this.unbounded = sabotage == Sabotage.NO_BOUNDS;
    this.unlimited = sabotage == Sabotage.NO_LIMIT;
    this.number = number;
    this.name = "e" + number;
    this.uid = name + "-u" + life;
    this.pooled = setting.hasPool();
    Setting.Shape shape = setting.shape();
    ScalingSpec scaling =
        new ScalingSpec(0, shape.maxReplicas(), shape.idleSeconds())
            .withTargetConcurrency(shape.concurrency())
            .withContainerConcurrency(shape.limit());
    this.spec =
        InferenceEndpointSpec.of(ModelSpec.at("http://models/" + name))
            .with(pooled ? scaling.withWarmPool(Cluster.POOL) : scaling)
            .with(new ActivationSpec(shape.maxWaitSeconds(), shape.maxQueued(), "2Mi"))
            .with(new RequestsSpec(30, "8Mi", shape.idempotent()));
  }

  /**
   * Whether the model that a pod of that revision gets cannot be loaded; a bridge gets the newest.
   */
  boolean isBroken(String of) {
    return broken.contains(of.startsWith("r") ? Long.parseLong(of.substring(1)) : template);
  }

  String revision() {
    return "r" + rolledOut;
  }

  InferenceEndpoint resource() {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName(name);
    endpoint.getMetadata().setNamespace(Cluster.NAMESPACE);
    endpoint.getMetadata().setUid(uid);
    endpoint.getMetadata().setGeneration(generation);
    endpoint.getMetadata().setLabels(Map.of(Api.REVISION_LABEL, "r" + template));
    InferenceEndpointSpec now = paused ? spec.paused(true) : spec;
    if (unlimited) {
      now = now.with(spec.scaling().withContainerConcurrency(0));
    }
    ActivationSpec bounds = new ActivationSpec(spec.activation().maxWaitSeconds(), 10_000, "1Gi");
    endpoint.setSpec(unbounded ? now.with(bounds) : now);
    if (pooled) {
      endpoint.setStatus(poolUsable());
    }
    return endpoint;
  }

  /** The condition that lets a wake claim a pod of the pool. */
  private InferenceEndpointStatus poolUsable() {
    return USABLE.computeIfAbsent(
        generation,
        observed ->
            Serialization.unmarshal(
                """
                {"conditions": [{"type": "%s", "status": "True", "observedGeneration": %d}]}"""
                    .formatted(Api.POOL_CONDITION, observed),
                InferenceEndpointStatus.class));
  }

  Deployment deployment() {
    Deployment deployment = new Deployment();
    DeploymentSpec wanted = new DeploymentSpec();
    wanted.setReplicas(replicas);
    deployment.setSpec(wanted);
    DeploymentStatus status = new DeploymentStatus();
    status.setReadyReplicas(shownReady);
    deployment.setStatus(status);
    return deployment;
  }
}
