package dev.reveille.operator.status;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.lifecycle.Observed;
import dev.reveille.operator.lifecycle.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of the annotations that wake an endpoint and put it to sleep: each value is dealt with
 * once.
 *
 * @param wake the value of reveille.dev/wake that was dealt with last
 * @param sleep the value of reveille.dev/sleep that was dealt with last
 * @param verdict the condition SleepFollowed; empty: nobody asks for sleep
 */
record Followed(@Nullable String wake, @Nullable String sleep, Optional<Verdict> verdict) {
  static final String SLEEP_TYPE = "SleepFollowed";

  /** Who wants it to sleep now does not mean some time later today. */
  static final Duration SLEEP_WITHIN = Duration.ofSeconds(60);

  /** The value that was dealt with last, and how. */
  private record Sleep(@Nullable String value, Optional<Verdict> verdict) {}

  static Followed of(Observed observed, Transition done, Previous previous, Instant now) {
    InferenceEndpointStatus before = previous.status();
    Sleep sleep = sleep(observed, done, previous, now);
    return new Followed(
        observed
            .wakeAsked()
            .filter(asked -> observed.isPaused() || done instanceof Transition.Raise)
            .orElse(before == null ? null : before.wakeFollowed()),
        sleep.value(),
        sleep.verdict());
  }

  private static Sleep sleep(Observed observed, Transition done, Previous previous, Instant now) {
    InferenceEndpointStatus before = previous.status();
    String known = before == null ? null : before.sleepFollowed();
    Optional<String> asked = observed.sleepAsked();
    if (asked.isEmpty()) {
      return new Sleep(known, isAnnotated(observed) ? previous.kept(SLEEP_TYPE) : Optional.empty());
    }
    if (done instanceof Transition.Sleep || !observed.isUp()) {
      return dealtWith(asked.get(), Verdict.good(Reason.SLEPT_AS_ASKED));
    }
    int floor = observed.endpoint().getSpec().scaling().minReplicas();
    if (floor > 0 && !observed.isPaused()) {
      return dealtWith(
          asked.get(),
          Verdict.bad(
              Reason.FLOOR_KEEPS_IT_UP,
              "Asked to sleep, but scaling.minReplicas keeps "
                  + floor
                  + " up: set it to 0, or paused to true."));
    }
    if (isOverdue(previous, now)) {
      return dealtWith(asked.get(), Verdict.bad(Reason.KEPT_BUSY, ""));
    }
    return new Sleep(known, Optional.of(Verdict.unknown(Reason.SLEEPS_ONCE_IDLE)));
  }

  private static Sleep dealtWith(String asked, Verdict verdict) {
    return new Sleep(asked, Optional.of(verdict));
  }

  private static boolean isAnnotated(Observed observed) {
    Map<String, String> annotations = observed.endpoint().getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(Api.SLEEP_ANNOTATION);
  }

  /** It waits since the condition says so. */
  private static boolean isOverdue(Previous previous, Instant now) {
    return previous
        .condition(SLEEP_TYPE)
        .filter(each -> Reason.SLEEPS_ONCE_IDLE.word().equals(each.getReason()))
        .map(each -> Instant.parse(each.getLastTransitionTime()))
        .filter(since -> !now.isBefore(since.plus(SLEEP_WITHIN)))
        .isPresent();
  }
}
