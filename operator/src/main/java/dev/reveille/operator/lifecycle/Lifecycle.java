package dev.reveille.operator.lifecycle;

import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.activators.Load;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Duration;

/** When an endpoint sleeps and when it is raised to its floor. The activator does the waking. */
public final class Lifecycle {
  private static final Duration SOON = Duration.ofMillis(500);

  private Lifecycle() {}

  public static Transition decide(Observed observed) {
    ScalingSpec scaling = observed.endpoint().getSpec().scaling();
    if (observed.notOurs().isPresent() || observed.deployment() == null) {
      return new Transition.Stay();
    }
    if (observed.wanted() < scaling.minReplicas()) {
      return new Transition.Raise(scaling.minReplicas());
    }
    if (observed.wanted() == 0
        || scaling.minReplicas() > 0
        || scaledToZero(observed.autoscaler())) {
      return new Transition.Stay();
    }
    return sleepWhenIdle(observed.load(), Duration.ofSeconds(scaling.idleSeconds()));
  }

  private static Transition sleepWhenIdle(Load load, Duration idleFor) {
    if (!load.complete() || load.inFlight() > 0 || load.queued() > 0) {
      return new Transition.LookAgain(SOON.multipliedBy(4));
    }
    Duration left = idleFor.minusMillis(load.idleMillis());
    if (left.isPositive()) {
      return new Transition.LookAgain(left.compareTo(SOON) < 0 ? SOON : left);
    }
    return new Transition.Sleep();
  }

  /** An HPA that scales to zero by itself (a newer Kubernetes): stay out of its way. */
  private static boolean scaledToZero(
      @org.jspecify.annotations.Nullable HorizontalPodAutoscaler autoscaler) {
    return autoscaler != null
        && autoscaler.getStatus() != null
        && autoscaler.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("ScaledToZero")
                        && condition.getStatus().equals("True"));
  }
}
