package dev.reveille.operator.reconcile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** UID → the status that was told last, of the latest 10,000; caches lag behind our own writes. */
final class LastTold<S> {
  private static final int MOST = 10_000;

  private final Map<String, S> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, S> eldest) {
              return size() > MOST;
            }
          });

  /** The one told last; {@code otherwise} when there was none. */
  @Nullable S get(String uid, @Nullable S otherwise) {
    S last = told.get(uid);
    return last == null ? otherwise : last;
  }

  /** The one told before; {@code otherwise} when there was none. */
  @Nullable S put(String uid, S status, @Nullable S otherwise) {
    S last = told.put(uid, status);
    return last == null ? otherwise : last;
  }
}
