package dev.reveille.operator.child;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.activators.Activators.Outcome;
import dev.reveille.operator.child.Sleeping.Step;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an idle endpoint to sleep without cutting a request: every activator stops choosing its
 * backends and says what is in flight; only when that is nothing, everywhere, scale 0 is written,
 * well before the fence ends by itself, and only if nobody else wrote meanwhile. {@link Sleeping}
 * decides, this acts; blocking.
 */
public final class Sleep {
  private static final Logger LOG = LoggerFactory.getLogger(Sleep.class);

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
    Attempt attempt = new Attempt(endpoint);
    Step step = attempt.decider.begin();
    RuntimeException failure = null;
    while (true) {
      if (step instanceof Step.Over(boolean slept, String aborted)) {
        if (failure != null) {
          throw failure;
        }
        count(endpoint, slept, aborted);
        return slept;
      }
      try {
        step = attempt.take(step);
      } catch (RuntimeException e) {
        if (failure != null || step instanceof Step.ReadScale) {
          throw e;
        }
        failure = e;
        step = attempt.decider.broke();
      }
    }
  }

  /** The steps of one attempt, taken. */
  private final class Attempt {
    private final InferenceEndpoint endpoint;
    private final String uid;
    private final String fence = UUID.randomUUID().toString();
    private final Sleeping decider = new Sleeping();
    private @Nullable Scale before;

    Attempt(InferenceEndpoint endpoint) {
      this.endpoint = endpoint;
      this.uid = endpoint.getMetadata().getUid();
    }

    Step take(Step step) {
      return switch (step) {
        case Step.ReadScale() -> read();
        case Step.Fence(Duration length) ->
            decider.fenced(activators.fence(uid, fence, length), nanoTime.getAsLong());
        case Step.WriteZero() ->
            decider.written(before != null && scales.write(endpoint, before, 0));
        case Step.Unfence(Outcome outcome) -> {
          activators.unfence(uid, fence, outcome);
          yield decider.unfenced();
        }
        case Step.Over over -> over;
      };
    }

    private Step read() {
      Optional<Scale> scale = scales.read(endpoint);
      before = scale.orElse(null);
      return decider.read(scale.isPresent(), nanoTime.getAsLong());
    }
  }

  private void count(InferenceEndpoint endpoint, boolean slept, String aborted) {
    if (slept) {
      meters.counter("reveille.operator.sleeps").increment();
    } else if (!aborted.isEmpty()) {
      meters.counter("reveille.operator.sleeps.aborted", "reason", aborted).increment();
      LOG.info(
          "{}/{} stays up: {}",
          endpoint.getMetadata().getNamespace(),
          endpoint.getMetadata().getName(),
          aborted);
    }
  }
}
