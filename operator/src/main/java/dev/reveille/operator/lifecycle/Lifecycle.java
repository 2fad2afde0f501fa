package dev.reveille.operator.lifecycle;

import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.activators.Load;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When an endpoint sleeps and when it is raised to its floor. The activator does the waking. */
public final class Lifecycle {
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration UNHEARD = Duration.ofSeconds(2);

  /** A change of the load says so sooner; this is for the case that it was missed. */
  private static final Duration BUSY = Duration.ofSeconds(10);

  /** What has no pod by then never will: its pods are refused or evicted again and again. */
  private static final Duration PODS_WITHIN = Duration.ofMinutes(1);

  private Lifecycle() {}

  public static Transition decide(Observed observed, Instant now) {
    ScalingSpec scaling = observed.endpoint().getSpec().scaling();
    if (observed.deployment() == null) {
      return new Transition.Stay();
    }
    if (observed.isPaused()) {
      return sleepOnceNothingRuns(observed);
    }
    // Asked of the scale itself even when it looks up: the cache may lag behind a sleep of ours.
    boolean asked = observed.wakeAsked().isPresent();
    if (asked || observed.wanted() < scaling.minReplicas()) {
      return observed.applied() instanceof Applied.NameTaken
              || observed.applied() instanceof Applied.Ending
          ? new Transition.Stay() // nobody could reach it
          : new Transition.Raise(Math.max(asked ? 1 : 0, scaling.minReplicas()));
    }
    if (observed.isOnTrial()) {
      return observed.wanted() > 0 ? new Transition.Stay() : new Transition.Raise(1);
    }
    if (!observed.isUp() || scaling.minReplicas() > 0 || scaledToZero(observed.autoscaler())) {
      return new Transition.Stay();
    }
    if (observed.sleepAsked().isPresent()) {
      return sleepOnceNothingRuns(observed);
    }
    return sleepWhenIdle(observed, Duration.ofSeconds(scaling.idleSeconds()), now);
  }

  /** Without regard to floor and idle time. */
  private static Transition sleepOnceNothingRuns(Observed observed) {
    Load load = observed.load();
    if (!observed.isUp()) {
      return new Transition.Stay();
    }
    if (load.inFlight() > 0 || load.queued() > 0 || !load.complete()) {
      return new Transition.LookAgain(UNHEARD);
    }
    return new Transition.Sleep();
  }

  private static Transition sleepWhenIdle(Observed observed, Duration idleFor, Instant now) {
    Load load = observed.load();
    if (load.inFlight() > 0 || load.queued() > 0) {
      return new Transition.LookAgain(BUSY);
    }
    if (observed.isHeldByAnOlderRevision()) {
      return new Transition.LookAgain(BUSY); // asleep, it would wake as what cannot serve
    }
    if (!load.complete() || onTheirWay(observed, now)) {
      return new Transition.LookAgain(UNHEARD);
    }
    Duration left = longer(idleFor.minusMillis(load.idleMillis()), leftOf(observed, idleFor, now));
    return left.isPositive()
        ? new Transition.LookAgain(longer(left, SOON))
        : new Transition.Sleep();
  }

  /** Wanted a moment ago: no pod shows yet, and none was refused. */
  private static boolean onTheirWay(Observed observed, Instant now) {
    boolean longAgo =
        observed.scaledAt().filter(at -> now.isAfter(at.plus(PODS_WITHIN))).isPresent();
    return observed.wanted() > 0
        && observed.upSince().isEmpty()
        && !longAgo
        && Observed.refusal(observed.deployment()).isEmpty();
  }

  /**
   * Whoever scaled it up by hand has the idle time to use it. Twice as much can only be left when
   * our clock is behind the API server's: then that says nothing.
   */
  private static Duration leftOf(Observed observed, Duration idleFor, Instant now) {
    return observed
        .upSince()
        .map(since -> Duration.between(now, since.plus(idleFor)))
        .filter(left -> left.compareTo(idleFor.multipliedBy(2)) <= 0)
        .orElse(Duration.ZERO);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** An HPA that scales to zero by itself (a newer Kubernetes): stay out of its way. */
  private static boolean scaledToZero(@Nullable HorizontalPodAutoscaler autoscaler) {
    return autoscaler != null
        && autoscaler.getStatus() != null
        && autoscaler.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("ScaledToZero")
                        && condition.getStatus().equals("True"));
  }
}
