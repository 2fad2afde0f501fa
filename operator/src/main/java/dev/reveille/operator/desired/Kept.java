package dev.reveille.operator.desired;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the API server keeps of an object that nothing here knows: no empty list, nothing that is
 * null. With those in it, what is there would never be as desired, and be applied at every look.
 */
final class Kept {
  private Kept() {}

  static Map<String, Object> of(Map<?, ?> object) {
    Map<String, Object> kept = new TreeMap<>();
    object.forEach(
        (name, value) -> {
          if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
            kept.put(String.valueOf(name), value(value));
          }
        });
    return kept;
  }

  private static Object value(Object value) {
    return switch (value) {
      case Map<?, ?> object -> of(object);
      case List<?> list -> list.stream().map(Kept::item).toList();
      default -> value;
    };
  }

  private static @Nullable Object item(@Nullable Object item) {
    return item == null ? null : value(item);
  }
}
