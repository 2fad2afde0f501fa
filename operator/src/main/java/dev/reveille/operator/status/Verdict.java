package dev.reveille.operator.status;

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

  public boolean isBad() {
    return status.equals("False");
  }
}
