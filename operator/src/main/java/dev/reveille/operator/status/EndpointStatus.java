package dev.reveille.operator.status;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import dev.reveille.crds.InferenceEndpointStatus.ModelStatus;
import dev.reveille.operator.Config;
import dev.reveille.operator.lifecycle.Observed;
import dev.reveille.operator.lifecycle.Transition;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From what is seen to what the status says. */
public final class EndpointStatus {
  private final Observed observed;
  private final Transition done;
  private final Previous previous;
  private final Instant now;

  private EndpointStatus(Observed observed, Transition done, Instant now) {
    this.observed = observed;
    this.done = done;
    this.previous = Previous.of(observed.endpoint());
    this.now = now;
  }

  /**
   * The status to show; equal to the one before when nothing changed.
   *
   * @param done what was done after the observation
   */
  public static InferenceEndpointStatus of(
      Observed observed, Transition done, Config config, Instant now) {
    return new EndpointStatus(observed, done, now).status(config);
  }

  /** The same when nothing was done. */
  public static InferenceEndpointStatus of(Observed observed, Config config, Instant now) {
    return of(observed, new Transition.Stay(), config, now);
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
          condition(
              CanaryCondition.TYPE,
              CanaryCondition.of(observed, ready.verdict(), rollout.verdict())));
    }
    Followed followed = Followed.of(observed, done, previous, now);
    followed
        .verdict()
        .ifPresent(verdict -> conditions.add(condition(Followed.SLEEP_TYPE, verdict)));
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
        observed.deployment() == null ? null : observed.wanted(),
        observed.load().queued(),
        served,
        coldStarts,
        followed.wake(),
        followed.sleep(),
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
    return ready(status).filter(each -> each.getStatus().equals("Unknown")).isPresent();
  }

  /** Whether its namespace is being deleted. */
  public static boolean isEnding(@Nullable InferenceEndpointStatus status) {
    return ready(status)
        .filter(each -> each.getReason().equals(Reason.NAMESPACE_TERMINATING.word()))
        .isPresent();
  }

  private static Optional<Condition> ready(@Nullable InferenceEndpointStatus status) {
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream()
            .filter(each -> each.getType().equals(ReadyCondition.TYPE))
            .findFirst();
  }
}
