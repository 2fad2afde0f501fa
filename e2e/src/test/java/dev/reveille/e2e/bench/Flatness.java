package dev.reveille.e2e.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples of what must not grow. After a warm-up, a tenth of the time, the median of the first
 * quarter is compared with that of the last: neither a peak nor a trough decides.
 */
final class Flatness {
  private final Map<String, Series> series = new LinkedHashMap<>();

  /**
   * What may differ between the quarters.
   *
   * @param share of the first
   * @param slack beyond that
   */
  record Tolerance(double share, double slack) {}

  private record Series(Tolerance tolerance, List<Double> values) {
    List<Double> quarter(int which) {
      List<Double> warm = values.subList(values.size() / 10, values.size());
      return warm.subList(warm.size() * which / 4, warm.size() * (which + 1) / 4);
    }

    boolean grows() {
      double first = median(quarter(0));
      return median(quarter(3)) > first * (1 + tolerance.share()) + tolerance.slack();
    }
  }

  void sample(String what, Tolerance tolerance, double value) {
    series
        .computeIfAbsent(what, name -> new Series(tolerance, new ArrayList<>()))
        .values()
        .add(value);
  }

  /** What grew; a series of fewer than so many samples says nothing. */
  List<String> grown(int fewest) {
    return series.entrySet().stream()
        .filter(each -> each.getValue().values().size() >= fewest)
        .filter(each -> each.getValue().grows())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double median(List<Double> values) {
    return new Spread(values).p50();
  }

  /** One line a series. */
  String table(int fewest) {
    StringBuilder table = new StringBuilder();
    table.append(
        "| %-52s | %7s | %12s | %12s | %12s |%n"
            .formatted("", "samples", "first quarter", "last quarter", "most"));
    series.forEach(
        (what, each) -> {
          if (each.values().size() >= fewest) {
            table.append(
                "| %-52s | %7d | %13.1f | %12.1f | %12.1f |%s%n"
                    .formatted(
                        what,
                        each.values().size(),
                        median(each.quarter(0)),
                        median(each.quarter(3)),
                        new Spread(each.values()).max(),
                        each.grows() ? " GROWS" : ""));
          }
        });
    return table.toString();
  }
}
