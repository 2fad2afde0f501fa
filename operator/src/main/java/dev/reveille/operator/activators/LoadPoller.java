package dev.reveille.operator.activators;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the activators once a second and says which endpoints' load has changed. */
public final class LoadPoller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadPoller.class);
  private static final long PERIOD_MILLIS = 1000;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("load-poller").daemon().factory());
  private final Activators activators;
  private final Consumer<String> changed;
  private final Counter failures;
  private volatile Loads latest = Loads.NONE;

  /**
   * @param changed gets the UID of an endpoint whose load differs from the poll before
   */
  public LoadPoller(Activators activators, Consumer<String> changed, MeterRegistry meters) {
    this.activators = activators;
    this.changed = changed;
    this.failures =
        Counter.builder("reveille.operator.poll.failures")
            .description("Polls of the activators that failed")
            .register(meters);
  }

  public void start() {
    clock.scheduleWithFixedDelay(this::poll, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  public Loads latest() {
    return latest;
  }

  private void poll() {
    try {
      Loads before = latest;
      Loads now = activators.poll();
      latest = now;
      Set<String> uids = new HashSet<>(before.byUid().keySet());
      uids.addAll(now.byUid().keySet());
      for (String uid : uids) {
        if (now.of(uid).differsFrom(before.of(uid))) {
          changed.accept(uid);
        }
      }
    } catch (RuntimeException e) {
      failures.increment();
      LOG.warn("the poll of the activators failed", e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
