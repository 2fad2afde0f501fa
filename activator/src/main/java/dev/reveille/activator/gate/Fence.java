package dev.reveille.activator.gate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether backends may be chosen: not while a fence stands. A fence has a name, which is good once:
 * it ends by itself, or is lifted, and word to put it up that comes after that does nothing.
 */
final class Fence {
  /** More than two at once there are only if operators come and go faster than fences end. */
  private static final int MOST = 4;

  /** A late one can be told as long as no more than this came since. */
  private static final int MOST_REMEMBERED = 16;

  private final Map<String, Long> standing = new LinkedHashMap<>(); // until when
  private final Deque<String> over = new ArrayDeque<>();

  /** Says whether it stands. */
  boolean raise(String id, long end, long now) {
    expire(now);
    if (over.contains(id) || (standing.size() == MOST && !standing.containsKey(id))) {
      return false;
    }
    standing.putIfAbsent(id, end);
    return true;
  }

  void lift(String id) {
    standing.remove(id);
    remember(id);
  }

  boolean stands(String id, long now) {
    expire(now);
    return standing.containsKey(id);
  }

  boolean stands(long now) {
    expire(now);
    return !standing.isEmpty();
  }

  private void expire(long now) {
    if (!standing.isEmpty()) {
      standing.entrySet().removeIf(each -> now - each.getValue() >= 0 && remember(each.getKey()));
    }
  }

  private boolean remember(String id) {
    over.remove(id);
    if (over.size() == MOST_REMEMBERED) {
      over.removeFirst();
    }
    return over.add(id);
  }
}
