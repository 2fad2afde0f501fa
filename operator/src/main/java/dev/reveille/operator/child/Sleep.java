package dev.reveille.operator.child;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.activators.Activators.Fenced;
import dev.reveille.operator.activators.Activators.Outcome;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an idle endpoint to sleep without cutting a request: every activator stops choosing its
 * backends and says what is in flight; only when that is nothing, everywhere, scale 0 is written,
 * well before the fence ends by itself, and only if nobody else wrote meanwhile.
 */
public final class Sleep {
  private static final Logger LOG = LoggerFactory.getLogger(Sleep.class);
  private static final Duration FENCE = Duration.ofSeconds(10);

  /** Since the fence was asked for; the write itself takes {@link Prompt#TIMEOUT} at most. */
  private static final Duration WRITE_WITHIN = Duration.ofSeconds(5);

  private final Scales scales;
  private final Activators activators;
  private final MeterRegistry meters;
  private final LongSupplier nanoTime;

  public Sleep(Scales scales, Activators activators, MeterRegistry meters, LongSupplier nanoTime) {
    this.scales = scales;
    this.activators = activators;
    this.meters = meters;
    this.nanoTime = nanoTime;
  }

  /** Says whether the endpoint sleeps now. */
  public boolean put(InferenceEndpoint endpoint) {
    String uid = endpoint.getMetadata().getUid();
    Optional<Scale> before = scales.read(endpoint);
    if (before.isEmpty()) {
      return false;
    }
    long fenced = nanoTime.getAsLong();
    Outcome outcome = Outcome.STAYED;
    String aborted = "";
    try {
      Optional<List<Fenced>> answers = activators.fence(uid, FENCE);
      aborted = obstacle(answers, Duration.ofNanos(nanoTime.getAsLong() - fenced));
      if (aborted.isEmpty()) {
        outcome = scales.write(endpoint, before.get(), 0) ? Outcome.SLEPT : Outcome.STAYED;
        aborted = outcome == Outcome.SLEPT ? "" : "conflict";
      }
    } finally {
      activators.unfence(uid, outcome);
    }
    count(endpoint, aborted);
    return outcome == Outcome.SLEPT;
  }

  /** Why the scale must not be written; empty when it may. */
  private static String obstacle(Optional<List<Fenced>> answers, Duration since) {
    if (answers.isEmpty()) {
      return "unreachable";
    }
    if (answers.get().stream().anyMatch(fence -> fence.inFlight() > 0 || fence.queued() > 0)) {
      return "busy";
    }
    return since.compareTo(WRITE_WITHIN) >= 0 ? "late" : "";
  }

  private void count(InferenceEndpoint endpoint, String aborted) {
    if (aborted.isEmpty()) {
      meters.counter("reveille.operator.sleeps").increment();
      return;
    }
    meters.counter("reveille.operator.sleeps.aborted", "reason", aborted).increment();
    LOG.info(
        "{}/{} stays up: {}",
        endpoint.getMetadata().getNamespace(),
        endpoint.getMetadata().getName(),
        aborted);
  }
}
