package dev.reveille.operator.status;

import dev.reveille.operator.lifecycle.Autoscaling;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** ScalingActive: whether the autoscaler can do its work; while asleep it has none. */
final class ScalingCondition {
  static final String TYPE = "ScalingActive";

  /** Until metrics-server has seen a new pod twice. */
  private static final Duration FIRST_METRICS = Duration.ofMinutes(2);

  private ScalingCondition() {}

  static Verdict of(Observed observed, Instant now) {
    if (observed.wanted() == 0) {
      return Verdict.good(Reason.ASLEEP);
    }
    if (Autoscaling.isFixed(observed.endpoint().getSpec().scaling())) {
      return Verdict.good(Reason.FIXED);
    }
    for (HorizontalPodAutoscalerCondition condition : conditions(observed)) {
      if (condition.getType().equals(TYPE)) {
        return of(condition, now);
      }
    }
    return Verdict.unknown(Reason.METRICS_PENDING);
  }

  private static Verdict of(HorizontalPodAutoscalerCondition condition, Instant now) {
    if (condition.getStatus().equals("True")) {
      return Verdict.good(Reason.SCALING);
    }
    boolean paused = "ScalingDisabled".equals(condition.getReason());
    Instant since = Instant.parse(condition.getLastTransitionTime());
    boolean early = now.isBefore(since.plus(FIRST_METRICS));
    return paused || early
        ? Verdict.unknown(Reason.METRICS_PENDING)
        : Verdict.bad(Reason.NO_METRICS, String.valueOf(condition.getMessage()));
  }

  private static List<HorizontalPodAutoscalerCondition> conditions(Observed observed) {
    return observed.autoscaler() == null || observed.autoscaler().getStatus() == null
        ? List.of()
        : observed.autoscaler().getStatus().getConditions();
  }
}
