package dev.reveille.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition's content.
 *
 * @param status True, False or Unknown
 */
public record Verdict(String status, Reason reason, String message) {
  /** What others say of a failure may be long; conditions are read by people. */
  private static final int MOST_MESSAGE = 1024;

  public Verdict {
    message = message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message;
  }

  static Verdict good(Reason reason) {
    return new Verdict("True", reason, reason.sentence());
  }

  static Verdict bad(Reason reason, String message) {
    return new Verdict("False", reason, message.isEmpty() ? reason.sentence() : message);
  }

  static Verdict unknown(Reason reason) {
    return new Verdict("Unknown", reason, reason.sentence());
  }

  /** As a condition of this type; while the status stays, so does its transition time. */
  Condition condition(
      String type, Optional<Condition> before, @Nullable Long generation, Instant now) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason.word())
        .withMessage(message)
        .withObservedGeneration(generation)
        .withLastTransitionTime(
            before
                .filter(each -> each.getStatus().equals(status))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()))
        .build();
  }

  public boolean isBad() {
    return status.equals("False");
  }
}
