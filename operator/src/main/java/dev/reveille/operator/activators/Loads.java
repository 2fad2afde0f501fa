package dev.reveille.operator.activators;

import dev.reveille.operator.activators.LoadReport.PoolPart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All endpoints' and pools' load as of one poll; immutable.
 *
 * @param byUid endpoint UID → load; the very same map as before when nothing changed
 * @param pools NAMESPACE/NAME of a pool → load
 * @param asked how many activators live
 * @param answered how many of them said something that can be read
 * @param at when they were asked, on our monotonic clock
 * @param fresh whether that was a moment ago
 * @param heard what {@code byUid} was made of
 */
public record Loads(
    Map<String, Merged> byUid,
    Map<String, PoolLoad> pools,
    int asked,
    int answered,
    long at,
    boolean fresh,
    List<Map<String, Account.Part>> heard) {
  public static final Loads NONE = new Loads(Map.of(), Map.of(), 0, 0, 0, false, List.of());

  /**
   * One endpoint, over all activators that speak of it.
   *
   * @param idleSince the latest of theirs; means nothing while one is busy
   */
  record Merged(Load load, long idleSince, List<Account.Part> parts) {
    static Merged of(List<Account.Part> parts) {
      return new Merged(
          Load.of(parts.stream().map(Account.Part::load).toList()),
          parts.stream().mapToLong(Account.Part::idleSince).reduce(Loads::later).orElse(0),
          parts);
    }

    Load at(long now, boolean all) {
      long idle = load.isBusy() ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(now - idleSince));
      return load.at(idle, all);
    }
  }

  /** Merges what they say; {@code asked} activators should have answered. */
  static Loads of(List<Account> accounts, int asked, long at, Loads before) {
    List<Map<String, Account.Part>> heard = accounts.stream().map(Account::endpoints).toList();
    return new Loads(
        heard.equals(before.heard) ? before.byUid : endpoints(heard, before.byUid),
        pools(accounts, asked),
        asked,
        accounts.size(),
        at,
        true,
        heard);
  }

  private static Map<String, Merged> endpoints(
      List<Map<String, Account.Part>> heard, Map<String, Merged> before) {
    Map<String, List<Account.Part>> parts = new HashMap<>();
    heard.forEach(
        said ->
            said.forEach(
                (uid, part) -> parts.computeIfAbsent(uid, each -> new ArrayList<>()).add(part)));
    Map<String, Merged> merged = new HashMap<>();
    parts.forEach(
        (uid, all) -> {
          Merged known = before.get(uid);
          merged.put(uid, known != null && known.parts().equals(all) ? known : Merged.of(all));
        });
    return Collections.unmodifiableMap(merged);
  }

  /** Clocks of this kind may be negative, and wrap around. */
  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private static Map<String, PoolLoad> pools(List<Account> accounts, int asked) {
    Set<String> activators =
        accounts.stream().map(Account::activator).collect(Collectors.toUnmodifiableSet());
    Map<String, Map<String, PoolPart>> parts = new HashMap<>();
    boolean spent =
        accounts.stream()
            .flatMap(each -> each.pools().stream())
            .anyMatch(each -> !each.spent().isEmpty());
    Set<String> serving = spent ? serving(accounts) : Set.of(); // walks through all endpoints
    for (Account account : accounts) {
      for (PoolPart pool : account.pools()) {
        parts
            .computeIfAbsent(pool.key(), key -> new TreeMap<>())
            .put(account.activator(), pool.without(serving));
      }
    }
    Map<String, PoolLoad> merged = new HashMap<>();
    parts.forEach(
        (key, pools) -> merged.put(key, PoolLoad.of(pools, activators, accounts.size() == asked)));
    return Map.copyOf(merged);
  }

  /** NAMESPACE/POD of those that any activator sends to: not spent, whatever another says. */
  private static Set<String> serving(List<Account> accounts) {
    return accounts.stream()
        .flatMap(account -> account.endpoints().values().stream())
        .map(Account.Part::load)
        .flatMap(
            endpoint ->
                endpoint.bridges().stream().map(each -> endpoint.namespace() + "/" + each.pod()))
        .collect(Collectors.toUnmodifiableSet());
  }

  public Load of(String uid) {
    Merged merged = byUid.get(uid);
    return merged == null ? Load.UNKNOWN : merged.at(at, fresh && isComplete(merged));
  }

  /** Of the pool NAMESPACE/NAME: an activator that found it empty never heard of its UID. */
  public PoolLoad ofPool(String key) {
    return pools.getOrDefault(key, PoolLoad.UNKNOWN);
  }

  /** The same, grown old: good for a status, not to be slept upon. */
  public Loads stale() {
    Map<String, PoolLoad> grown = new HashMap<>();
    pools.forEach((key, pool) -> grown.put(key, pool.incomplete()));
    return new Loads(byUid, Map.copyOf(grown), asked, answered, at, false, heard);
  }

  /**
   * UIDs of the endpoints and names of the pools whose load differs from before in a way that
   * matters.
   */
  public Set<String> changedSince(Loads before) {
    Set<String> uids = new HashSet<>();
    if (!byUid.equals(before.byUid)) {
      uids.addAll(byUid.keySet());
      uids.addAll(before.byUid.keySet());
      uids.removeIf(uid -> !differs(uid, before));
    }
    Set<String> changed = new HashSet<>(pools.keySet());
    changed.addAll(before.pools.keySet());
    changed.removeIf(key -> !ofPool(key).differsFrom(before.ofPool(key)));
    uids.addAll(changed);
    return uids;
  }

  private boolean differs(String uid, Loads before) {
    Merged now = byUid.get(uid);
    Merged then = before.byUid.get(uid);
    return !Objects.equals(now, then)
        && (loadOf(now).differsFrom(loadOf(then)) || (isComplete(now) && !before.isComplete(then)));
  }

  /** Everybody who lives answered, and knows the endpoint. */
  private boolean isComplete(@Nullable Merged merged) {
    return merged != null && answered == asked && merged.parts().size() == asked;
  }

  private static Load loadOf(@Nullable Merged merged) {
    return merged == null ? Load.UNKNOWN : merged.load();
  }
}
