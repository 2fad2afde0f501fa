package dev.reveille.activator.gate;

import java.util.concurrent.TimeUnit;

/**
 * Whether a backend is sent to: a circuit breaker, as Envoy's outlier detection has it (consecutive
 * gateway failures, consecutive local origin failures). Immutable; time is passed in.
 *
 * <pre>
 *   closed ──5 faults in a row, or unreachable──► open ──its time is over──► on trial ──answered──► closed
 *                                                  ▲                            │
 *                                                  └──────fault: twice as long──┘
 * </pre>
 *
 * Who cannot be connected to is not tried with a request: it is back once it answers a probe or
 * says hello.
 */
sealed interface Breaker {
  int FAULTS_IN_A_ROW = 5;
  long FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** No longer than this out before a trial; well for as long, and what was is forgotten. */
  long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /**
   * It is sent to.
   *
   * @param faults in a row
   * @param openings before, not forgotten yet
   * @param since when it came, or came back
   */
  record Closed(int faults, int openings, long since) implements Breaker {}

  /**
   * It is left out.
   *
   * @param openings this one included
   * @param until when a request may try it
   * @param trial one does
   */
  record Open(Fault why, int openings, long since, long until, boolean trial) implements Breaker {}

  static Breaker fresh(long now) {
    return new Closed(0, 0, now);
  }

  /** A request may try it. */
  default boolean isDue(long now) {
    return switch (this) {
      case Closed ignored -> false;
      case Open open -> open.why() != Fault.UNREACHABLE && !open.trial() && now - open.until() >= 0;
    };
  }

  default boolean isOpen() {
    return this instanceof Open;
  }

  default boolean isReachable() {
    return !(this instanceof Open open) || open.why() != Fault.UNREACHABLE;
  }

  /** A request was sent to try it. */
  default Breaker tried() {
    return switch (this) {
      case Closed closed -> closed;
      case Open(Fault why, int openings, long since, long until, boolean trial) ->
          new Open(why, openings, since, until, true);
    };
  }

  /** That request ended without a word of it. */
  default Breaker untried() {
    return switch (this) {
      case Closed closed -> closed;
      case Open(Fault why, int openings, long since, long until, boolean trial) ->
          new Open(why, openings, since, until, false);
    };
  }

  /**
   * A request failed on it.
   *
   * @param trial it was the one that tried it
   * @param dispensable the others can do without it
   */
  default Breaker failed(Fault fault, boolean trial, boolean dispensable, long now) {
    return switch (this) {
      case Closed(int faults, int openings, long since) -> {
        boolean opens =
            fault == Fault.UNREACHABLE || (faults + 1 >= FAULTS_IN_A_ROW && dispensable);
        int before = now - since >= LONGEST_NANOS ? 0 : openings;
        yield opens
            ? open(fault, before + 1, now, now)
            : new Closed(Math.min(faults + 1, FAULTS_IN_A_ROW), openings, since);
      }
      case Open open when trial || fault == Fault.UNREACHABLE ->
          open(fault, open.openings() + (trial ? 1 : 0), open.since(), now);
      case Open open -> open; // begun before it was left out, or sent for want of another
    };
  }

  /** It answered; what was begun before it was left out proves nothing. */
  default Breaker answered(boolean trial, long now) {
    return switch (this) {
      case Closed(int faults, int openings, long since) ->
          faults == 0 ? this : new Closed(0, openings, since);
      case Open open -> trial ? new Closed(0, open.openings(), now) : open;
    };
  }

  /** It can be connected to again: as if it had never been away, but for what is remembered. */
  default Breaker reached(long now) {
    return this instanceof Open open && !isReachable() ? new Closed(0, open.openings(), now) : this;
  }

  private static Breaker open(Fault why, int openings, long since, long now) {
    int doublings = Math.min(openings - 1, 8);
    return new Open(
        why, openings, since, now + Math.min(FIRST_NANOS << doublings, LONGEST_NANOS), false);
  }
}
