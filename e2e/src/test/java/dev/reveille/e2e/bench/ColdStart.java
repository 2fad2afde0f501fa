package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.ServerTiming;
import dev.reveille.e2e.kit.Wire;
import java.util.Comparator;
import java.util.List;

/**
 * One request that woke an endpoint.
 *
 * @param clientMillis first byte of the request written → last byte of the answer read
 * @param timing the phases that the answer told
 */
record ColdStart(double clientMillis, ServerTiming timing) {
  static ColdStart of(Wire.Reply reply) {
    return new ColdStart(
        reply.millis(),
        ServerTiming.parse(
            reply
                .header("server-timing")
                .orElseThrow(() -> new AssertionError("it was awake: no Server-Timing"))));
  }

  /** The one whose total is the median, by nearest rank. */
  static ColdStart median(List<ColdStart> coldStarts) {
    List<ColdStart> sorted =
        coldStarts.stream().sorted(Comparator.comparingDouble(ColdStart::clientMillis)).toList();
    return sorted.get((sorted.size() - 1) / 2);
  }

  static Spread client(List<ColdStart> coldStarts) {
    return new Spread(coldStarts.stream().map(ColdStart::clientMillis).toList());
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
