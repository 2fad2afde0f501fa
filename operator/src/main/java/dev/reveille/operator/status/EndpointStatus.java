package dev.reveille.operator.status;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import dev.reveille.crds.InferenceEndpointStatus.ModelStatus;
import dev.reveille.operator.Config;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** From what is seen to what the status says. */
public final class EndpointStatus {
  private final Observed observed;
  private final Previous previous;
  private final Instant now;

  private EndpointStatus(Observed observed, Instant now) {
    this.observed = observed;
    this.previous = Previous.of(observed.endpoint());
    this.now = now;
  }

  /** The status to show; equal to the one before when nothing changed. */
  public static InferenceEndpointStatus of(Observed observed, Config config, Instant now) {
    return new EndpointStatus(observed, now).status(config);
  }

  private InferenceEndpointStatus status(Config config) {
    InferenceEndpoint endpoint = observed.endpoint();
    InferenceEndpointStatus before = previous.status();
    ModelStatus served = ModelCondition.model(observed, previous);
    ColdStartsStatus coldStarts =
        ColdStarts.after(before == null ? null : before.coldStarts(), observed.load().coldStarts());
    Verdict model = ModelCondition.of(observed, previous);
    ReadyCondition ready = ReadyCondition.of(observed, model, previous);
    RolloutCondition rollout = RolloutCondition.of(observed, model, previous);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(condition(ReadyCondition.TYPE, ready.verdict()));
    conditions.add(condition(RolloutCondition.TYPE, rollout.verdict()));
    if (endpoint.getSpec().model() != null) {
      conditions.add(condition(ModelCondition.TYPE, model));
    }
    conditions.add(condition(ScalingCondition.TYPE, ScalingCondition.of(observed, now)));
    conditions.add(condition(BackendsCondition.TYPE, BackendsCondition.of(observed, previous)));
    if (endpoint.getSpec().scaling().warmPool() != null) {
      conditions.add(
          condition(
              PoolCondition.TYPE,
              PoolCondition.of(endpoint, observed.pool(), served.bytes(), config.modelServer())));
    }
    Integer target = endpoint.getSpec().activation().coldStartTargetMillis();
    if (target != null) {
      conditions.add(condition(TargetCondition.TYPE, TargetCondition.of(coldStarts, target)));
    }
    if (Canary.isOne(endpoint)) {
      conditions.add(
          condition(CanaryCondition.TYPE, CanaryCondition.of(observed, ready.verdict())));
    }
    StalledCondition.of(ready.verdict())
        .ifPresent(stalled -> conditions.add(condition(StalledCondition.TYPE, stalled)));
    return new InferenceEndpointStatus(
        endpoint.getMetadata().getGeneration(),
        ready.state(),
        "http://%s.%s.svc.%s"
            .formatted(
                endpoint.getMetadata().getName(),
                endpoint.getMetadata().getNamespace(),
                config.clusterDomain()),
        observed.ready(),
        observed.load().queued(),
        served,
        coldStarts,
        before == null ? null : before.wakeFollowed(),
        rollout.rollout(),
        null,
        conditions);
  }

  private Condition condition(String type, Verdict verdict) {
    return verdict.condition(
        type, previous.condition(type), observed.endpoint().getMetadata().getGeneration(), now);
  }

  /** Whether it can be called is not known yet. */
  public static boolean isUnknown(InferenceEndpointStatus status) {
    return status.conditions() != null
        && status.conditions().stream()
            .anyMatch(
                each ->
                    each.getType().equals(ReadyCondition.TYPE)
                        && each.getStatus().equals("Unknown"));
  }
}
