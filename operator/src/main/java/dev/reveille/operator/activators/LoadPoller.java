package dev.reveille.operator.activators;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the activators once a second and says which endpoints' load has changed. */
public final class LoadPoller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadPoller.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration FRESH = Duration.ofSeconds(3);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("load-poller").daemon().factory());
  private final Activators activators;
  private final Consumer<String> changed;
  private final Counter failures;
  private final LongSupplier nanoTime;
  private final Ledger ledger = new Ledger();
  private volatile Polled latest;

  private record Polled(Loads loads, long atNanos) {}

  /**
   * @param changed gets the UID of an endpoint or pool whose load differs from the poll before
   */
  public LoadPoller(
      Activators activators,
      Consumer<String> changed,
      MeterRegistry meters,
      LongSupplier nanoTime) {
    this.activators = activators;
    this.changed = changed;
    this.nanoTime = nanoTime;
    this.latest = new Polled(Loads.NONE, nanoTime.getAsLong());
    this.failures =
        Counter.builder("reveille.operator.poll.failures")
            .description("Activators that did not answer a poll of their load")
            .register(meters);
  }

  /** The first poll is over when it returns: whoever looks at an endpoint then knows its load. */
  public void start() {
    poll();
    thread.scheduleWithFixedDelay(
        this::poll, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the latest poll brought, fit to sleep upon only while it is fresh. */
  public Loads latest() {
    Polled polled = latest;
    boolean fresh = nanoTime.getAsLong() - polled.atNanos() <= FRESH.toNanos();
    return fresh ? polled.loads() : polled.loads().stale();
  }

  void poll() {
    try {
      Loads before = latest.loads();
      long begun = nanoTime.getAsLong();
      List<Activators.Answer> answers = activators.loads(ledger::version);
      Loads now = ledger.take(answers, begun, nanoTime.getAsLong());
      latest = new Polled(now, begun);
      failures.increment(now.asked() - now.answered());
      now.changedSince(before).forEach(changed);
    } catch (RuntimeException e) {
      LOG.warn("the poll of the activators failed", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
