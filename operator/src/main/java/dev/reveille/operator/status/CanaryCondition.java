package dev.reveille.operator.status;

import dev.reveille.crds.Api;
import dev.reveille.operator.lifecycle.Observed;
import java.util.stream.Stream;

/** CanaryProven: whether a replica of the canary's present version has ever served. */
final class CanaryCondition {
  static final String TYPE = Api.CANARY_CONDITION;

  private CanaryCondition() {}

  /**
   * @param ready of the canary
   * @param rolledOut of the canary: replicas of its version before may be ready all the same
   */
  static Verdict of(Observed canary, Verdict ready, Verdict rolledOut) {
    if (canary.isProven()) {
      return Verdict.good(Reason.PROVEN);
    }
    return Stream.of(ready, rolledOut)
        .filter(Verdict::isBad)
        .findFirst()
        .orElse(Verdict.unknown(Reason.ON_TRIAL));
  }
}
