package dev.reveille.activator.depot;

import java.nio.file.Path;

/** Where a model is on its way into the depot. */
sealed interface ModelState {
  /** Being fetched. */
  record Fetching() implements ModelState {}

  /** On disk, checked. */
  record Ready(Path file, String digest, long bytes) implements ModelState {}

  /** Not to be had now; tried again at {@code retryAt} on the monotonic clock. */
  record Failed(String reason, String message, long retryAt) implements ModelState {
    Failed until(long later) {
      return new Failed(reason, message, later);
    }
  }
}
