package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  public static InferenceEndpointStatus of(Observed observed, String domain, Instant now) {
    return new EndpointStatus(observed, now).status(domain);
  }

  private InferenceEndpointStatus status(String domain) {
    InferenceEndpoint endpoint = observed.endpoint();
    Verdict model = ModelCondition.of(observed, previous);
    ReadyCondition ready = ReadyCondition.of(observed, model, previous);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(condition(ReadyCondition.TYPE, ready.verdict()));
    if (endpoint.getSpec().model() != null) {
      conditions.add(condition(ModelCondition.TYPE, model));
    }
    conditions.add(condition(ScalingCondition.TYPE, ScalingCondition.of(observed, now)));
    return new InferenceEndpointStatus(
        endpoint.getMetadata().getGeneration(),
        ready.state(),
        "http://%s.%s.svc.%s"
            .formatted(
                endpoint.getMetadata().getName(), endpoint.getMetadata().getNamespace(), domain),
        observed.ready(),
        observed.load().queued(),
        ModelCondition.model(observed, previous),
        ColdStarts.after(
            previous.status() == null ? null : previous.status().coldStarts(),
            observed.load().coldStarts()),
        null,
        conditions);
  }

  private Condition condition(String type, Verdict verdict) {
    Optional<Condition> before =
        previous.condition(type).filter(each -> each.getStatus().equals(verdict.status()));
    return new ConditionBuilder()
        .withType(type)
        .withStatus(verdict.status())
        .withReason(verdict.reason().word())
        .withMessage(verdict.message())
        .withObservedGeneration(observed.endpoint().getMetadata().getGeneration())
        .withLastTransitionTime(
            before
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()))
        .build();
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
