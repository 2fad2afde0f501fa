package dev.reveille.operator.reconcile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One copy of maps that are equal, of the latest 4,096 parts; what it returns cannot be changed.
 */
final class SharedParts {
  private static final int MOST = 4096;

  private final Map<Map<String, Object>, Map<String, Object>> parts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<Map<String, Object>, Map<String, Object>> eldest) {
          return size() > MOST;
        }
      };

  synchronized Map<String, Object> share(Map<String, Object> whole) {
    Map<String, Object> copy = new LinkedHashMap<>();
    whole.forEach((key, value) -> copy.put(key, shareValue(value)));
    Map<String, Object> part = Collections.unmodifiableMap(copy);
    Map<String, Object> known = parts.putIfAbsent(part, part);
    return known == null ? part : known;
  }

  @SuppressWarnings("unchecked") // JSON objects
  private Object shareValue(Object value) {
    return value instanceof Map<?, ?> part ? share((Map<String, Object>) part) : value;
  }
}
