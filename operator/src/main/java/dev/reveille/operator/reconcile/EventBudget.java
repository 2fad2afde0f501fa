package dev.reveille.operator.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many Events an endpoint may cause: a burst, then one every few seconds (a token bucket). */
final class EventBudget {
  private static final int BURST = 40;
  private static final Duration REFILL = Duration.ofSeconds(10);
  private static final int MOST_ENDPOINTS = 10_000;

  private record Bucket(double tokens, Instant at) {}

  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_ENDPOINTS;
        }
      };

  /** Takes one; false when there is none left. */
  synchronized boolean take(String uid, Instant now) {
    Bucket before = buckets.getOrDefault(uid, new Bucket(BURST, now));
    double grown =
        (double) Math.max(0, Duration.between(before.at(), now).toMillis()) / REFILL.toMillis();
    double tokens = Math.min(BURST, before.tokens() + grown);
    boolean granted = tokens >= 1;
    buckets.put(uid, new Bucket(granted ? tokens - 1 : tokens, now));
    return granted;
  }
}
