package dev.reveille.operator.status;

import java.util.Optional;
import java.util.Set;

/**
 * Stalled, as kstatus has it: there, and True, only when waiting alone does not help, so that who
 * waits for an endpoint or a pool to become ready gives up.
 */
final class StalledCondition {
  static final String TYPE = "Stalled";

  private static final Set<Reason> HOPELESS =
      Set.of(
          Reason.NAME_TAKEN,
          Reason.OBJECT_REFUSED,
          Reason.WAKE_REFUSED,
          Reason.NAMESPACE_TERMINATING,
          Reason.MODEL_FAILED,
          Reason.MODEL_UNAVAILABLE,
          Reason.IMAGE_PULL,
          Reason.CRASHING,
          Reason.OUT_OF_MEMORY,
          Reason.RUNS_AS_ROOT,
          Reason.CONTAINER_REFUSED);

  private StalledCondition() {}

  static Optional<Verdict> of(Verdict ready) {
    return ready.isBad() && HOPELESS.contains(ready.reason())
        ? Optional.of(new Verdict("True", ready.reason(), ready.message()))
        : Optional.empty();
  }
}
