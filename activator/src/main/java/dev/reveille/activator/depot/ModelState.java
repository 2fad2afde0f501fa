package dev.reveille.activator.depot;

import java.nio.file.Path;

/** Where a model is on its way into the depot. */
sealed interface ModelState {
  /** Being fetched. */
  record Fetching() implements ModelState {}

  /** On disk, checked. */
  record Ready(Path file, String digest, long bytes) implements ModelState {}

  /** It is time for another try. */
  default boolean isDue(long now) {
    return this instanceof Failed failed && now - failed.retryAt() >= 0;
  }

  default Depot.Report report(String id) {
    return switch (this) {
      case Fetching() -> new Depot.Report(id, "fetching", null, 0, "", "");
      case Ready(Path file, String digest, long bytes) ->
          new Depot.Report(id, "ready", digest, bytes, "", "");
      case Failed(String reason, String message, long retryAt) ->
          new Depot.Report(id, "failed", null, 0, reason, message);
    };
  }

  /** Not to be had now; tried again at {@code retryAt} on the monotonic clock. */
  record Failed(String reason, String message, long retryAt) implements ModelState {
    Failed until(long later) {
      return new Failed(reason, message, later);
    }
  }
}
