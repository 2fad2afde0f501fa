package dev.reveille.e2e.chaos;

import dev.reveille.e2e.chaos.Strike.Kind;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a request without a right answer counts as. Pure. */
final class Judge {
  /** Who was sent to a replica that is dead knows it by then. */
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What the activators say of themselves (README.md, States and answers). */
  private static final Set<Integer> REFUSALS = Set.of(429, 502, 503, 504);

  private static final String BROKE = "BackendBroke";

  private final List<Strike> strikes;

  Judge(List<Strike> strikes) {
    this.strikes = List.copyOf(strikes);
  }

  /** The kinds of misses. */
  enum Verdict {
    /** In flight on a connection to an activator that was killed hard. */
    CUT_WITH_ACTIVATOR,
    /** Running at a replica, or relayed by an activator, that was killed; not to be repeated. */
    BROKE_WITH_REPLICA,
    /** Told so, with a reason. */
    REFUSED,
    LOST
  }

  Verdict of(Miss miss) {
    if (!miss.isAnswered()) {
      return diedUnder(miss) ? Verdict.CUT_WITH_ACTIVATOR : Verdict.LOST;
    }
    if (miss.reason().equals(BROKE) && !miss.target().idempotent() && brokeUnder(miss)) {
      return Verdict.BROKE_WITH_REPLICA;
    }
    return REFUSALS.contains(miss.status()) && !miss.reason().isEmpty()
        ? Verdict.REFUSED
        : Verdict.LOST;
  }

  private boolean diedUnder(Miss miss) {
    return strikes.stream()
        .filter(strike -> strike.kind() == Kind.ACTIVATOR_KILLED)
        .filter(strike -> strike.address().equals(miss.carrier()))
        .anyMatch(strike -> meets(strike, miss));
  }

  private boolean brokeUnder(Miss miss) {
    return strikes.stream()
        .filter(
            strike ->
                strike.kind() == Kind.MODEL_KILLED
                    ? strike.endpoint().equals(miss.target().name())
                    : strike.kind() == Kind.ACTIVATOR_KILLED && miss.target().limited())
        .anyMatch(strike -> meets(strike, miss));
  }

  /** It was under way when that happened, or was sent before anybody could know. */
  private static boolean meets(Strike strike, Miss miss) {
    return miss.endedNanos() - strike.beganNanos() >= 0
        && miss.sentNanos() - strike.endedNanos() <= KNOWN_NANOS;
  }
}
