package dev.reveille.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** UID → the status that was told last, of the latest 10,000; caches lag behind our own writes. */
final class LastTold<S> {
  private static final int MOST = 10_000;

  /**
   * What was told.
   *
   * @param seen the resource version of the object that it was made of
   */
  private record Told<S>(S status, String seen) {}

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
  @Nullable S get(HasMetadata object, @Nullable S otherwise) {
    Told<S> last = told.get(uid(object));
    return last == null ? otherwise : last.status();
  }

  /** The one told before; {@code otherwise} when there was none. */
  @Nullable S put(HasMetadata object, S status, @Nullable S otherwise) {
    Told<S> last = told.put(uid(object), new Told<>(status, version(object)));
    return last == null ? otherwise : last.status();
  }

  /** The status that it has by now: while the cache shows the same object, what was told of it. */
  @Nullable S now(HasMetadata object, @Nullable S shown) {
    Told<S> last = told.get(uid(object));
    return last != null && last.seen().equals(version(object)) ? last.status() : shown;
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }

  private static String version(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getResourceVersion(), "");
  }
}
