package dev.reveille.operator.status;

import dev.reveille.crds.Api;
import dev.reveille.operator.lifecycle.Observed;

/** CanaryProven: whether a replica of the canary's present version has ever served. */
final class CanaryCondition {
  static final String TYPE = Api.CANARY_CONDITION;

  private CanaryCondition() {}

  /**
   * @param ready of the canary
   */
  static Verdict of(Observed canary, Verdict ready) {
    if (canary.isProven()) {
      return Verdict.good(Reason.PROVEN);
    }
    return ready.isBad() ? ready : Verdict.unknown(Reason.ON_TRIAL);
  }
}
