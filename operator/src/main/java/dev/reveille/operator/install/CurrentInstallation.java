package dev.reveille.operator.install;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The installation as last seen; looked up in the background, so that no reader waits. */
public final class CurrentInstallation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentInstallation.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration FIRST_LOOK = Duration.ofSeconds(3);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("installation").daemon().factory());
  private final Installations installations;
  private final Runnable changed;
  private volatile @Nullable Installation latest;
  private Duration pause = SHORTEST;

  /**
   * @param changed called when the keys or the address are others than before
   */
  public CurrentInstallation(Installations installations, Runnable changed) {
    this.installations = installations;
    this.changed = changed;
  }

  /** Returns once it has looked, or after a while all the same. */
  public void start() {
    try {
      thread.submit(this::lookAndAgain).get(FIRST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the first look at the installation takes long");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Empty until the chart's Secret and Service are there. */
  public Optional<Installation> get() {
    return Optional.ofNullable(latest);
  }

  /** The operator's component key; empty text while there is none. */
  public String operatorKey() {
    return get().map(installation -> installation.keys().operator()).orElse("");
  }

  private void lookAndAgain() {
    Duration next = look();
    try {
      thread.schedule(this::lookAndAgain, next.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed");
    }
  }

  /** Looks once; says when to look again: with back-off while there is nothing to see. */
  Duration look() {
    try {
      return switch (installations.find()) {
        case Installations.Found.Here(Installation installation) -> take(installation);
        case Installations.Found.Missing(String what) -> backOff(what);
      };
    } catch (RuntimeException e) {
      return backOff(String.valueOf(e.getMessage()));
    }
  }

  private Duration take(Installation installation) {
    Installation before = latest;
    latest = installation;
    if (before == null || !same(before, installation)) {
      LOG.info("the activators listen at {}", installation.internalAddress());
      changed.run();
    }
    pause = SHORTEST;
    return LONGEST;
  }

  private static boolean same(Installation one, Installation other) {
    return one.internalAddress().equals(other.internalAddress())
        && Objects.equals(one.keys().operator(), other.keys().operator());
  }

  private Duration backOff(String what) {
    Duration wait = pause;
    pause = wait.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : wait.multipliedBy(2);
    LOG.warn("the installation is not complete, next look in {} s: {}", wait.toSeconds(), what);
    return wait;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
