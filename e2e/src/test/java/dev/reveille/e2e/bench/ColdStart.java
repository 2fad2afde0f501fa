package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.ServerTiming;
import java.util.Comparator;
import java.util.List;

/**
 * One request that woke an endpoint.
 *
 * @param clientMillis first byte of the request written → last byte of the answer read
 * @param timing the phases that the answer told
 * @param work CPU time from the request to two seconds after the answer, less what is computed in
 *     that time when nothing happens
 * @param idleCores cores that were busy just before the request: 0 on a quiet machine
 */
record ColdStart(double clientMillis, ServerTiming timing, Machine.Work work, double idleCores) {
  /** The one whose total is the median, by nearest rank. */
  static ColdStart median(List<ColdStart> coldStarts) {
    List<ColdStart> sorted =
        coldStarts.stream().sorted(Comparator.comparingDouble(ColdStart::clientMillis)).toList();
    return sorted.get((sorted.size() - 1) / 2);
  }

  static Spread client(List<ColdStart> coldStarts) {
    return new Spread(coldStarts.stream().map(ColdStart::clientMillis).toList());
  }

  /** CPU time of the whole machine. */
  static Spread machine(List<ColdStart> coldStarts) {
    return new Spread(coldStarts.stream().map(start -> start.work().machine()).toList());
  }

  /** CPU time of the cluster's own processes. */
  static Spread cluster(List<ColdStart> coldStarts) {
    return new Spread(coldStarts.stream().map(start -> start.work().cluster()).toList());
  }

  static Spread idleCores(List<ColdStart> coldStarts) {
    return new Spread(coldStarts.stream().map(ColdStart::idleCores).toList());
  }

  /** What no phase accounts for: the way to the activator, and the answer's way back. */
  static Spread unaccounted(List<ColdStart> coldStarts) {
    return new Spread(coldStarts.stream().map(ColdStart::unaccounted).toList());
  }

  double unaccounted() {
    return clientMillis - timing.sum();
  }

  /** The share of the client's wait that no phase accounts for, in percent. */
  double unaccountedPercent() {
    return 100 * unaccounted() / clientMillis;
  }

  /** A phase's milliseconds, 0 when it is not told. */
  double phase(String name) {
    return timing.phases().stream()
        .filter(phase -> phase.name().equals(name))
        .mapToDouble(ServerTiming.Phase::millis)
        .sum();
  }

  boolean tells(String name) {
    return timing.phases().stream().anyMatch(phase -> phase.name().equals(name));
  }
}
