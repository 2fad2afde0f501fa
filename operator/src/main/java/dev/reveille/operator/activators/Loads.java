package dev.reveille.operator.activators;

import dev.reveille.operator.activators.LoadReport.EndpointLoad;
import dev.reveille.operator.activators.LoadReport.PoolPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * All endpoints' and pools' load as of one poll; immutable.
 *
 * @param byUid endpoint UID → load
 * @param pools NAMESPACE/NAME of a pool → load
 * @param asked how many activators live
 * @param answered how many of them said something that can be read
 */
public record Loads(Map<String, Load> byUid, Map<String, PoolLoad> pools, int asked, int answered) {
  public static final Loads NONE = new Loads(Map.of(), Map.of(), 0, 0);

  /** Merges the reports; {@code asked} activators should have answered. */
  static Loads of(List<LoadReport> reports, int asked) {
    return new Loads(endpoints(reports, asked), pools(reports, asked), asked, reports.size());
  }

  private static Map<String, Load> endpoints(List<LoadReport> reports, int asked) {
    Map<String, List<EndpointLoad>> parts = new HashMap<>();
    for (LoadReport report : reports) {
      for (EndpointLoad load : report.endpoints()) {
        parts.computeIfAbsent(load.uid(), uid -> new ArrayList<>()).add(load);
      }
    }
    Map<String, Load> merged = new HashMap<>();
    parts.forEach((uid, loads) -> merged.put(uid, Load.of(loads, loads.size() == asked)));
    return Map.copyOf(merged);
  }

  private static Map<String, PoolLoad> pools(List<LoadReport> reports, int asked) {
    Set<String> activators =
        reports.stream().map(LoadReport::activator).collect(Collectors.toUnmodifiableSet());
    Map<String, Map<String, PoolPart>> parts = new HashMap<>();
    Set<String> serving = serving(reports);
    for (LoadReport report : reports) {
      for (PoolPart pool : report.pools()) {
        parts
            .computeIfAbsent(pool.key(), key -> new TreeMap<>())
            .put(report.activator(), pool.without(serving));
      }
    }
    Map<String, PoolLoad> merged = new HashMap<>();
    parts.forEach(
        (key, pools) -> merged.put(key, PoolLoad.of(pools, activators, reports.size() == asked)));
    return Map.copyOf(merged);
  }

  /** NAMESPACE/POD of those that any activator sends to: not spent, whatever another says. */
  private static Set<String> serving(List<LoadReport> reports) {
    return reports.stream()
        .flatMap(report -> report.endpoints().stream())
        .flatMap(
            endpoint ->
                endpoint.bridges().stream().map(each -> endpoint.namespace() + "/" + each.pod()))
        .collect(Collectors.toUnmodifiableSet());
  }

  public Load of(String uid) {
    return byUid.getOrDefault(uid, Load.UNKNOWN);
  }

  /** Of the pool NAMESPACE/NAME: an activator that found it empty never heard of its UID. */
  public PoolLoad ofPool(String key) {
    return pools.getOrDefault(key, PoolLoad.UNKNOWN);
  }

  /** The same, grown old: good for a status, not to be slept upon. */
  Loads stale() {
    return new Loads(
        each(byUid, Load::incomplete), each(pools, PoolLoad::incomplete), asked, answered);
  }

  private static <T> Map<String, T> each(Map<String, T> loads, UnaryOperator<T> change) {
    return loads.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, load -> change.apply(load.getValue())));
  }

  /**
   * UIDs of the endpoints and names of the pools whose load differs from before in a way that
   * matters.
   */
  Set<String> changedSince(Loads before) {
    Set<String> uids = new HashSet<>(byUid.keySet());
    uids.addAll(before.byUid.keySet());
    uids.removeIf(uid -> !of(uid).differsFrom(before.of(uid)));
    Set<String> changed = new HashSet<>(pools.keySet());
    changed.addAll(before.pools.keySet());
    changed.removeIf(key -> !ofPool(key).differsFrom(before.ofPool(key)));
    uids.addAll(changed);
    return uids;
  }
}
