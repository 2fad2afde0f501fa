package dev.reveille.activator.wake;

import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Gate.Census;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.wake.Scaler.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes an endpoint that has demand and no backend: one write of the scale per sleep, however many
 * requests wait; while they wait on, a look once in a while whether it still stands.
 */
public final class Waker {
  private static final Logger LOG = LoggerFactory.getLogger(Waker.class);
  private static final long AGAIN_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long AGAIN_LATER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Scaler scaler;
  private final Depot depot;
  private final Executor blocking;
  private final LongSupplier nanoTime;
  private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();

  /**
   * @param blocking runs the calls to the API; bounded, never an event loop
   */
  public Waker(Scaler scaler, Depot depot, Executor blocking, LongSupplier nanoTime) {
    this.scaler = scaler;
    this.depot = depot;
    this.blocking = blocking;
    this.nanoTime = nanoTime;
  }

  /** When the scale may be looked at again, and the longer wait after a further failure. */
  private record Attempt(long notBefore, long backoffNanos) {}

  /** Wakes the endpoint if it needs it; cheap when it does not. Any thread. */
  public void wakeIfNeeded(Endpoint endpoint) {
    long now = nanoTime.getAsLong();
    Census census = endpoint.gate().census(now);
    if (census.queued() == 0 || census.backends() > 0 || census.fenced() || census.blocked()) {
      return;
    }
    Optional<Refusal> unavailable = depot.refusal(endpoint);
    if (unavailable.isPresent()) {
      endpoint.gate().block(unavailable.get());
      return;
    }
    endpoint.gate().oldest().ifPresent(queued -> endpoint.mark(Mark.QUEUED, queued));
    claim(endpoint.uid(), now).ifPresent(attempt -> submit(endpoint, attempt));
  }

  /** The next attempt, when it is due. */
  private synchronized Optional<Attempt> claim(String uid, long now) {
    Attempt last = attempts.get(uid);
    if (last != null && now - last.notBefore() < 0) {
      return Optional.empty();
    }
    long backoff = last == null ? AGAIN_FIRST_NANOS : last.backoffNanos();
    Attempt next = new Attempt(now + AGAIN_LATER_NANOS, backoff);
    attempts.put(uid, next);
    return Optional.of(next);
  }

  private void submit(Endpoint endpoint, Attempt attempt) {
    try {
      blocking.execute(() -> raise(endpoint, attempt));
    } catch (RejectedExecutionException e) {
      LOG.warn("too many wakes at once; {}/{} follows", endpoint.namespace(), endpoint.name());
    }
  }

  private void raise(Endpoint endpoint, Attempt attempt) {
    int wanted = Math.max(1, endpoint.spec().scaling().minReplicas());
    Outcome outcome = scaler.raise(endpoint.namespace(), endpoint.name(), wanted);
    long now = nanoTime.getAsLong();
    if (!(outcome instanceof Outcome.Failed)) {
      attempts.put(endpoint.uid(), new Attempt(now + AGAIN_LATER_NANOS, AGAIN_FIRST_NANOS));
    }
    switch (outcome) {
      case Outcome.Raised() -> {
        endpoint.mark(Mark.SCALED, now);
        endpoint.meters().woke();
        LOG.info("woke {}/{}", endpoint.namespace(), endpoint.name());
      }
      case Outcome.Enough() -> endpoint.mark(Mark.SCALED, now);
      case Outcome.Failed(String why) -> {
        long longer = Math.min(AGAIN_LATER_NANOS, attempt.backoffNanos() * 2);
        attempts.put(endpoint.uid(), new Attempt(now + attempt.backoffNanos(), longer));
        LOG.info("cannot wake {}/{} yet: {}", endpoint.namespace(), endpoint.name(), why);
      }
    }
  }

  /** Forgets what belongs to no endpoint any more. */
  public void prune(Predicate<String> exists) {
    attempts.keySet().removeIf(uid -> !exists.test(uid));
  }

  /** The endpoint sleeps: the next wake is a new one. */
  public void forget(String uid) {
    attempts.remove(uid);
  }
}
