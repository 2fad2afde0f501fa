package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpointStatus.RolloutStatus;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import java.util.List;
import java.util.Optional;

/**
 * RolledOut: whether all replicas are of the version that the spec asks for; else how far it is,
 * and why it does not get on. Asleep is rolled out: a wake starts that version.
 */
record RolloutCondition(RolloutStatus rollout, Verdict verdict) {
  static final String TYPE = "RolledOut";

  static RolloutCondition of(Observed observed, Verdict model, Previous previous) {
    RolloutStatus rollout =
        new RolloutStatus(observed.revision(), observed.updated(), observed.wanted());
    return new RolloutCondition(rollout, verdict(observed, rollout, model, previous));
  }

  private static Verdict verdict(
      Observed observed, RolloutStatus rollout, Verdict model, Previous previous) {
    if (!observed.isApplied()) {
      return Verdict.unknown(Reason.ROLLING_OUT);
    }
    if (observed.wanted() == 0) {
      return asleep(model, previous);
    }
    if (!observed.isMixed() && rollout.updated() > 0) {
      return Verdict.good(Reason.ROLLED_OUT);
    }
    return stuck(observed, model)
        .map(why -> new Verdict("False", why.reason(), sentence(observed, rollout, why)))
        .orElseGet(() -> goesOn(observed, rollout, previous));
  }

  private static Verdict asleep(Verdict model, Previous previous) {
    return model.status().equals("True")
        ? previous
            .still(TYPE, ReadyCondition.LASTING)
            .filter(Verdict::isBad)
            .orElse(Verdict.good(Reason.ASLEEP))
        : model;
  }

  /** A wake is no roll-out. */
  private static Verdict goesOn(Observed observed, RolloutStatus rollout, Previous previous) {
    boolean before =
        previous.status() != null
            && previous.status().rollout() != null
            && previous.status().rollout().revision().equals(rollout.revision())
            && previous.condition(TYPE).filter(each -> each.getStatus().equals("True")).isPresent();
    return before && !observed.isMixed()
        ? Verdict.good(Reason.WAKING)
        : new Verdict(
            "Unknown",
            Reason.ROLLING_OUT,
            "%d of %d replicas of revision %s can serve; %s"
                .formatted(
                    rollout.updated(),
                    rollout.wanted(),
                    rollout.revision(),
                    observed.isMixed() ? "the version before goes on." : "none is older."));
  }

  private static String sentence(Observed observed, RolloutStatus rollout, Verdict why) {
    return observed.isMixed()
        ? "revision %s cannot serve, the version before goes on: %s"
            .formatted(rollout.revision(), why.message())
        : why.message();
  }

  private static Optional<Verdict> stuck(Observed observed, Verdict model) {
    return Optional.of(model)
        .filter(Verdict::isBad)
        .or(() -> Trouble.of(observed.deployment(), observed.desired()))
        .or(
            () ->
                conditions(observed).stream()
                    .filter(each -> "ProgressDeadlineExceeded".equals(each.getReason()))
                    .findFirst()
                    .map(late -> Verdict.bad(Reason.PROGRESS_DEADLINE, "")));
  }

  private static List<DeploymentCondition> conditions(Observed observed) {
    return observed.deployment() == null || observed.deployment().getStatus() == null
        ? List.of()
        : observed.deployment().getStatus().getConditions();
  }
}
