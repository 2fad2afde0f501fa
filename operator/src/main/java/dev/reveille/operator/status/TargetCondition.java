package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import org.jspecify.annotations.Nullable;

/** ColdStartWithinTarget: whether the last cold start took no longer than it may. */
final class TargetCondition {
  static final String TYPE = "ColdStartWithinTarget";

  private TargetCondition() {}

  static Verdict of(@Nullable ColdStartsStatus coldStarts, int targetMillis) {
    if (coldStarts == null || coldStarts.last() == null) {
      return Verdict.unknown(Reason.NO_COLD_START);
    }
    double millis = coldStarts.last().totalMillis();
    return isMissed(millis, targetMillis)
        ? Verdict.bad(Reason.TARGET_MISSED, sentence(millis, targetMillis))
        : Verdict.good(Reason.WITHIN_TARGET);
  }

  /** False without a target. */
  static boolean isMissed(double millis, @Nullable Integer targetMillis) {
    return targetMillis != null && millis > targetMillis;
  }

  static String sentence(double millis, @Nullable Integer targetMillis) {
    return "A cold start took %d ms; the target is %d ms."
        .formatted((long) Math.ceil(millis), targetMillis);
  }
}
