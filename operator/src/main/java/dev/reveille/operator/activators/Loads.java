package dev.reveille.operator.activators;

import dev.reveille.operator.activators.LoadReport.EndpointLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All endpoints' load as of one poll; immutable.
 *
 * @param byUid endpoint UID → load
 * @param asked how many activators live
 * @param answered how many of them said something that can be read
 */
public record Loads(Map<String, Load> byUid, int asked, int answered) {
  public static final Loads NONE = new Loads(Map.of(), 0, 0);

  /** Merges the reports; {@code asked} activators should have answered. */
  static Loads of(List<LoadReport> reports, int asked) {
    Map<String, List<EndpointLoad>> parts = new HashMap<>();
    for (LoadReport report : reports) {
      for (EndpointLoad load : report.endpoints()) {
        parts.computeIfAbsent(load.uid(), uid -> new ArrayList<>()).add(load);
      }
    }
    Map<String, Load> merged = new HashMap<>();
    parts.forEach((uid, loads) -> merged.put(uid, Load.of(loads, loads.size() == asked)));
    return new Loads(Map.copyOf(merged), asked, reports.size());
  }

  public Load of(String uid) {
    return byUid.getOrDefault(uid, Load.UNKNOWN);
  }

  /** The same, grown old: good for a status, not to be slept upon. */
  Loads stale() {
    return new Loads(
        byUid.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, load -> load.getValue().incomplete())),
        asked,
        answered);
  }

  /** UIDs of the endpoints whose load differs from {@code before} in a way that matters. */
  Set<String> changedSince(Loads before) {
    Set<String> uids = new HashSet<>(byUid.keySet());
    uids.addAll(before.byUid.keySet());
    uids.removeIf(uid -> !of(uid).differsFrom(before.of(uid)));
    return uids;
  }
}
