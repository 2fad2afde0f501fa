package dev.reveille.operator.status;

import dev.reveille.operator.desired.Autoscaler;
import dev.reveille.operator.lifecycle.Autoscaling;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** ScalingActive: whether the autoscaler can do its work; while asleep it has none. */
final class ScalingCondition {
  static final String TYPE = "ScalingActive";

  /** Until metrics-server has seen a new pod twice. */
  private static final Duration FIRST_METRICS = Duration.ofMinutes(2);

  private ScalingCondition() {}

  static Verdict of(Observed observed, Instant now) {
    Verdict verdict = ofWhatIsWanted(observed, now);
    return insteadOf(observed)
        .map(why -> verdict.isBad() ? verdict : new Verdict("True", Reason.SCALING_ON_CPU, why))
        .orElse(verdict);
  }

  /** Why it goes by CPU though something else is wanted. */
  private static Optional<String> insteadOf(Observed observed) {
    HorizontalPodAutoscaler autoscaler = observed.autoscaler();
    return autoscaler == null || autoscaler.getMetadata().getAnnotations() == null
        ? Optional.empty()
        : Optional.ofNullable(
                autoscaler.getMetadata().getAnnotations().get(Autoscaler.ON_CPU_BECAUSE))
            .map(why -> "The autoscaler holds the CPU. " + why);
  }

  private static Verdict ofWhatIsWanted(Observed observed, Instant now) {
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
        : Verdict.bad(Reason.NO_METRICS, condition.getMessage() + whereToLook(condition));
  }

  private static String whereToLook(HorizontalPodAutoscalerCondition condition) {
    return "FailedGetExternalMetric".equals(condition.getReason())
        ? "; kubectl describe apiservice v1beta1.external.metrics.k8s.io says more"
        : "";
  }

  private static List<HorizontalPodAutoscalerCondition> conditions(Observed observed) {
    return observed.autoscaler() == null || observed.autoscaler().getStatus() == null
        ? List.of()
        : observed.autoscaler().getStatus().getConditions();
  }
}
