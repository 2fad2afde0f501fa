package dev.reveille.operator.activators;

import dev.reveille.operator.activators.LoadReport.EndpointLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All endpoints' load as of one poll; immutable.
 *
 * @param byUid endpoint UID → load
 * @param activators how many answered
 */
public record Loads(Map<String, Load> byUid, int activators) {
  public static final Loads NONE = new Loads(Map.of(), 0);

  /** Merges the reports; {@code asked} activators should have answered. */
  static Loads of(List<LoadReport> reports, int asked) {
    Map<String, List<EndpointLoad>> parts = new HashMap<>();
    for (LoadReport report : reports) {
      for (EndpointLoad load : report.endpoints()) {
        parts.computeIfAbsent(load.uid(), uid -> new ArrayList<>()).add(load);
      }
    }
    Map<String, Load> merged = new HashMap<>();
    parts.forEach(
        (uid, loads) -> merged.put(uid, Load.of(loads, asked > 0 && loads.size() == asked)));
    return new Loads(Map.copyOf(merged), reports.size());
  }

  public Load of(String uid) {
    return byUid.getOrDefault(uid, Load.UNKNOWN);
  }
}
