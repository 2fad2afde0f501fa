package dev.reveille.activator.endpoint;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Pods that are still there and must not serve again. */
final class Leaving {
  /** A pod that was put to sleep and is not seen to leave by then was woken before it was told. */
  private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Set<String> relieved = new HashSet<>();
  private final Map<String, Long> putToSleep = new HashMap<>();

  /** A bridge whose endpoint has replicas of its own. */
  synchronized void relieved(String host) {
    relieved.add(host);
  }

  synchronized void putToSleep(Collection<String> hosts, long now) {
    hosts.forEach(host -> putToSleep.put(host, now + WITHIN_NANOS));
  }

  synchronized boolean has(String host, long now) {
    Long until = putToSleep.get(host);
    return relieved.contains(host) || (until != null && now - until < 0);
  }

  /** A pod's address is free for others again. */
  synchronized void gone(String host) {
    relieved.remove(host);
    putToSleep.remove(host);
  }
}
