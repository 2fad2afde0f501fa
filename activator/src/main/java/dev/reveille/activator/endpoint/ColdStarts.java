package dev.reveille.activator.endpoint;

import dev.reveille.activator.measure.Timeline.ColdStart;
import dev.reveille.crds.InferenceEndpointStatus;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last cold starts that this replica saw of an endpoint, oldest first. */
final class ColdStarts {
  private static final int MOST = 16;
  private static final int DEFAULT_RETRY_SECONDS = 2;

  private List<ColdStart> last = List.of();

  synchronized void add(ColdStart coldStart) {
    last =
        Stream.concat(last.stream(), Stream.of(coldStart))
            .skip(Math.max(0, last.size() + 1 - MOST))
            .toList();
  }

  synchronized List<ColdStart> all() {
    return last;
  }

  /** As long as the slower ones took; without any, what the status has of them. */
  synchronized int retryAfterSeconds(@Nullable InferenceEndpointStatus status) {
    OptionalDouble slowest =
        last.isEmpty() ? slowOf(status) : last.stream().mapToDouble(ColdStart::totalMillis).max();
    return slowest.isPresent()
        ? (int) Math.max(1, Math.ceil(slowest.getAsDouble() / 1000))
        : DEFAULT_RETRY_SECONDS;
  }

  /** What other activators saw, and this one before it was restarted. */
  private static OptionalDouble slowOf(@Nullable InferenceEndpointStatus status) {
    Double slow =
        status == null || status.coldStarts() == null ? null : status.coldStarts().p95Millis();
    return slow == null ? OptionalDouble.empty() : OptionalDouble.of(slow);
  }
}
