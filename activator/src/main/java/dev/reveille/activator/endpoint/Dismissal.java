package dev.reveille.activator.endpoint;

import java.util.Set;

/**
 * The pods of an endpoint at the moment it was put to sleep: they are going away, and what they or
 * others say of them counts for nothing. A wake that follows at once may keep one of them, so a pod
 * that the watch still shows alive after a while counts again.
 *
 * @param until when that while is over, on the monotonic clock
 */
record Dismissal(Set<String> podUids, Set<String> instances, long until) {
  static final Dismissal NONE = new Dismissal(Set.of(), Set.of(), Long.MIN_VALUE);

  Dismissal {
    podUids = Set.copyOf(podUids);
    instances = Set.copyOf(instances);
  }

  /**
   * @param podUid empty while the watch does not show which pod it is
   */
  boolean covers(String podUid, String instance, long now) {
    boolean meant =
        podUids.contains(podUid) || (!instance.isEmpty() && instances.contains(instance));
    return meant && (now - until < 0 || podUid.isEmpty());
  }
}
