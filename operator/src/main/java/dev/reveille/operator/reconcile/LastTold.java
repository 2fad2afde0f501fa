package dev.reveille.operator.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** UID → the status that was told last, of the latest 10,000; caches lag behind our own writes. */
final class LastTold<S> {
  private static final int MOST = 10_000;

  /** What a cache may lag behind a write, generously. */
  static final Duration LAG = Duration.ofSeconds(5);

  /** What was told, and when it was told first. */
  record Told<S>(S status, Instant at) {}

  private final Map<String, Told<S>> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Told<S>> eldest) {
              return size() > MOST;
            }
          });

  /** The one told last; {@code otherwise} when there was none. */
  @Nullable S get(String uid, @Nullable S otherwise) {
    Told<S> last = told.get(uid);
    return last == null ? otherwise : last.status();
  }

  /** Whether it was told so long ago that every cache shows it. */
  boolean isSettled(String uid, Instant now) {
    Told<S> last = told.get(uid);
    return last != null && !now.isBefore(last.at().plus(LAG));
  }

  /** The one told before; {@code otherwise} when there was none. */
  @Nullable S put(String uid, S status, @Nullable S otherwise, Instant now) {
    Told<S> last = told.get(uid);
    if (last == null || !last.status().equals(status)) {
      told.put(uid, new Told<>(status, now));
    }
    return last == null ? otherwise : last.status();
  }
}
