package dev.reveille.operator.lifecycle;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import dev.reveille.operator.activators.LoadReport.Failure;
import dev.reveille.operator.activators.LoadReport.Model;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;

/** An observation put together piece by piece; what is not said is an endpoint asleep. */
public final class Given {
  public static final String REVISION = "rev1";

  public final InferenceEndpoint endpoint = new InferenceEndpoint();
  private int wanted;
  private int ready;
  private final List<Pod> pods = new ArrayList<>();
  private Load load = new Load(0, 0, 0, 0, true, List.of(), null, List.of());
  private HorizontalPodAutoscaler autoscaler;
  private Applied applied = new Applied.Done();
  private boolean deployed = true;

  public Given() {
    endpoint.getMetadata().setName("minilm");
    endpoint.getMetadata().setNamespace("demo");
    endpoint.getMetadata().setUid("uid-1");
    endpoint.getMetadata().setGeneration(1L);
    endpoint.setSpec(InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx")));
  }

  public Given scaling(int min, int max, int idleSeconds) {
    endpoint.setSpec(endpoint.getSpec().with(new ScalingSpec(min, max, idleSeconds)));
    return this;
  }

  public Given replicas(int wanted, int ready) {
    this.wanted = wanted;
    this.ready = ready;
    return this;
  }

  public Given pod(String yaml) {
    pods.add(Serialization.unmarshal(yaml, Pod.class));
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
            load.failures(),
            load.model(),
            load.coldStarts());
    return this;
  }

  public Given failure(String revision) {
    load =
        new Load(
            load.inFlight(),
            load.queued(),
            load.idleMillis(),
            load.backends(),
            load.complete(),
            List.of(new Failure(revision, "ModelInvalid", "no graph")),
            load.model(),
            load.coldStarts());
    return this;
  }

  public Given model(Model model) {
    load =
        new Load(
            load.inFlight(),
            load.queued(),
            load.idleMillis(),
            load.backends(),
            load.complete(),
            load.failures(),
            model,
            load.coldStarts());
    return this;
  }

  public Given coldStarts(ColdStart... coldStarts) {
    load =
        new Load(
            load.inFlight(),
            load.queued(),
            load.idleMillis(),
            load.backends(),
            load.complete(),
            load.failures(),
            load.model(),
            List.of(coldStarts));
    return this;
  }

  public Given autoscaler(String yaml) {
    autoscaler = Serialization.unmarshal(yaml, HorizontalPodAutoscaler.class);
    return this;
  }

  public Given applied(Applied other) {
    applied = other;
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
        endpoint, REVISION, deployed ? deployment() : null, autoscaler, pods, load, applied);
  }

  private Deployment deployment() {
    return new DeploymentBuilder()
        .withNewSpec()
        .withReplicas(wanted)
        .endSpec()
        .withNewStatus()
        .withReadyReplicas(ready)
        .endStatus()
        .build();
  }
}
