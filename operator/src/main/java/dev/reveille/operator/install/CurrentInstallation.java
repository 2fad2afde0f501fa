package dev.reveille.operator.install;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The installation, looked up again every half minute so that a changed Service is noticed. */
public final class CurrentInstallation {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Installations installations;
  private @Nullable Installation latest;
  private long foundAt;

  public CurrentInstallation(Installations installations) {
    this.installations = installations;
  }

  /** Empty until the chart's Secret and Service are there. */
  public synchronized Optional<Installation> get() {
    if (latest == null || System.nanoTime() - foundAt > FRESH_NANOS) {
      Optional<Installation> found = installations.find();
      if (found.isPresent()) {
        latest = found.get();
        foundAt = System.nanoTime();
      }
    }
    return Optional.ofNullable(latest);
  }

  /** The operator's component key; empty text while there is none. */
  public String operatorKey() {
    return get().map(installation -> installation.keys().operator()).orElse("");
  }
}
