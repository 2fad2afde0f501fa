package dev.reveille.activator.wake;

import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Census;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.pool.Claims;
import dev.reveille.activator.wake.Scaler.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes an endpoint that has demand and no backend: a pod of its warm pool is claimed, if it has
 * one, and the scale is written, once per sleep, however many requests wait; again when more wait
 * than the replicas asked for are meant to take, and once in a while whether it still stands.
 */
public final class Waker {
  private static final Logger LOG = LoggerFactory.getLogger(Waker.class);
  private static final long AGAIN_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A burst arrives over some milliseconds: one further write takes in what came by then. */
  private static final long MORE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long AGAIN_LATER_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int THREADS = 8;
  private static final int MOST_WAITING = 4096;

  private final Scaler scaler;
  private final Depot depot;
  private final Claims claims;
  private final Executor blocking;
  private final LongSupplier nanoTime;
  private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();

  /**
   * @param blocking runs the calls to the API; bounded, never an event loop
   */
  public Waker(
      Scaler scaler, Depot depot, Claims claims, Executor blocking, LongSupplier nanoTime) {
    this.scaler = scaler;
    this.depot = depot;
    this.claims = claims;
    this.blocking = blocking;
    this.nanoTime = nanoTime;
  }

  /** What its calls to the API run on. */
  public static Executor threads() {
    return new ThreadPoolExecutor(
        THREADS,
        THREADS,
        1,
        TimeUnit.MINUTES,
        new ArrayBlockingQueue<>(MOST_WAITING),
        Thread.ofPlatform().name("wake-", 0).daemon().factory());
  }

  /**
   * What was done last.
   *
   * @param wanted replicas asked for, at the time {@code asked}
   * @param notBefore when the scale may be looked at again for as many
   * @param backoffNanos the wait after a further failure
   * @param outstanding nothing is known yet of what came of it
   */
  private record Attempt(
      int wanted, long asked, long notBefore, long backoffNanos, boolean outstanding) {
    boolean suffices(int replicas, long now) {
      return outstanding
          || now - asked < MORE_AFTER_NANOS
          || (replicas <= wanted && now - notBefore < 0);
    }

    Attempt ended() {
      return new Attempt(wanted, asked, notBefore, backoffNanos, false);
    }

    Attempt failed(long now) {
      long longer = Math.min(AGAIN_LATER_NANOS, backoffNanos * 2);
      return new Attempt(wanted, asked, now + backoffNanos, longer, false);
    }
  }

  /** Wakes the endpoint if it needs it; cheap when it does not. Any thread. */
  public void wakeIfNeeded(Endpoint endpoint) {
    long now = nanoTime.getAsLong();
    Census census = endpoint.gate().census(now);
    if (!isWanted(census) || endpoint.spec().paused()) {
      return;
    }
    endpoint.meters().called();
    Optional<Refusal> unavailable = unavailable(endpoint);
    if (unavailable.isPresent()) {
      endpoint.gate().block(unavailable.get());
      return;
    }
    endpoint.gate().oldest().ifPresent(queued -> endpoint.mark(Mark.QUEUED, queued));
    if (census.backends() == 0) {
      bridge(endpoint, now);
    }
    int wanted = endpoint.spec().scaling().replicasFor(census.queued());
    if (wanted > 1 || !endpoint.wake().standsBack(now)) {
      next(endpoint.uid(), wanted, now).ifPresent(attempt -> submit(endpoint, attempt));
    }
  }

  /** Why its model cannot be had; empty when it can, or may. */
  public Optional<Refusal> unavailable(Endpoint endpoint) {
    return depot.refusal(endpoint);
  }

  /** What it still waits for, as far as is seen from here; a sentence's end, or empty. */
  public String awaited(Endpoint endpoint) {
    return depot.isFetching(endpoint.modelId().orElse(""))
        ? "its model is still being fetched"
        : endpoint.wake().unready();
  }

  /** Somebody waits, or is served by a bridge only, and nothing stands in the way. */
  private static boolean isWanted(Census census) {
    boolean demand = census.queued() > 0 || census.bridges() > 0;
    return demand && census.backends() == census.bridges() && !census.fenced() && !census.blocked();
  }

  /** Once a wake, a pod of the warm pool serves until the endpoint's own replicas are up. */
  private void bridge(Endpoint endpoint, long now) {
    endpoint
        .usablePool()
        .filter(pool -> endpoint.wake().ask(now))
        .ifPresent(
            pool ->
                claims
                    .claim(endpoint, pool)
                    .onSuccess(
                        claimed -> {
                          if (!claimed) {
                            endpoint.wake().miss();
                            wakeIfNeeded(endpoint);
                          }
                        }));
  }

  /** The next attempt, when it is due. */
  private synchronized Optional<Attempt> next(String uid, int wanted, long now) {
    Attempt last = attempts.get(uid);
    if (last != null && last.suffices(wanted, now)) {
      return Optional.empty();
    }
    long backoff = last == null ? AGAIN_FIRST_NANOS : last.backoffNanos();
    Attempt next = new Attempt(wanted, now, now + AGAIN_LATER_NANOS, backoff, true);
    attempts.put(uid, next);
    return Optional.of(next);
  }

  private void submit(Endpoint endpoint, Attempt attempt) {
    try {
      blocking.execute(() -> raise(endpoint, attempt));
    } catch (RejectedExecutionException e) {
      attempts.replace(endpoint.uid(), attempt, attempt.ended());
      LOG.warn("too many wakes at once; {}/{} follows", endpoint.namespace(), endpoint.name());
    }
  }

  private void raise(Endpoint endpoint, Attempt attempt) {
    Attempt ended = attempt.ended();
    try {
      Outcome outcome = scaler.raise(endpoint.namespace(), endpoint.name(), attempt.wanted());
      long now = nanoTime.getAsLong();
      record(endpoint, attempt, outcome, now);
      ended = outcome instanceof Outcome.Failed ? attempt.failed(now) : ended;
    } finally {
      attempts.replace(endpoint.uid(), attempt, ended); // else it slept meanwhile
    }
    wakeIfNeeded(endpoint); // more may wait by now
  }

  private static void record(Endpoint endpoint, Attempt attempt, Outcome outcome, long now) {
    switch (outcome) {
      case Outcome.Raised() -> {
        endpoint.woken();
        endpoint.mark(Mark.SCALED, now);
        endpoint.meters().woke();
        LOG.info(
            "woke {}/{}: {} replica(s)", endpoint.namespace(), endpoint.name(), attempt.wanted());
      }
      case Outcome.Enough() -> {
        endpoint.woken();
        endpoint.mark(Mark.SCALED, now);
      }
      case Outcome.Forbidden(String why) -> {
        LOG.warn("cannot wake {}/{}: {}", endpoint.namespace(), endpoint.name(), why);
        endpoint.wakeRefused(why);
      }
      case Outcome.Failed(String why) ->
          LOG.info("cannot wake {}/{} yet: {}", endpoint.namespace(), endpoint.name(), why);
    }
  }

  /** Makes the first wake as fast as later ones. */
  public void rehearse() {
    blocking.execute(scaler::rehearse);
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
