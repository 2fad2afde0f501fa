package dev.reveille.activator.proxy;

import dev.reveille.activator.gate.Refusal;

/**
 * The rule that no request is executed twice: it is sent again only if nothing of it was begun, or
 * if its endpoint says that repeating does no harm and no byte of an answer came. Pure.
 */
public final class SendOnce {
  static final int MOST_TRIES = 5;

  private SendOnce() {}

  /** How a try ended without a byte of an answer. */
  public enum Ending {
    /** No connection came about. */
    NOT_SENT,
    /** The replica says that it began nothing. */
    UNEXECUTED,
    /** It broke off after some of the request may have reached it. */
    BROKE;

    boolean begunPerhaps() {
      return switch (this) {
        case NOT_SENT, UNEXECUTED -> false;
        case BROKE -> true;
      };
    }
  }

  /**
   * A try that came to nothing.
   *
   * @param idempotent repeating does no harm
   * @param replayable all that was sent of the body is still here
   * @param tries how many there were, this one included
   */
  public record Try(Ending ending, boolean idempotent, boolean replayable, int tries) {}

  /** What to do now. */
  public sealed interface Verdict {
    /** Back to the gate. */
    record Again() implements Verdict {}

    /** The caller is told. */
    record GiveUp(Refusal why) implements Verdict {}
  }

  public static Verdict after(Try last) {
    boolean allowed = !last.ending().begunPerhaps() || last.idempotent();
    if (allowed && last.replayable() && last.tries() < MOST_TRIES) {
      return new Verdict.Again();
    }
    return new Verdict.GiveUp(
        last.ending().begunPerhaps()
            ? Refusal.backendBroke("the replica broke off before it answered")
            : Refusal.notExecuted());
  }
}
