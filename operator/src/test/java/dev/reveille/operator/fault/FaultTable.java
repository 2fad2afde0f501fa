package dev.reveille.operator.fault;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Path × writes × faults: how many trials struck, and how many of all ended otherwise. */
final class FaultTable {
  private FaultTable() {}

  static String of(Map<Path, Result> undisturbed, List<Result> results) {
    StringBuilder table = new StringBuilder("%-20s %6s".formatted("path", "writes"));
    for (Fault fault : Fault.values()) {
      table.append(fault == Fault.NONE ? "" : " %8.8s".formatted(shortened(fault)));
    }
    undisturbed.forEach(
        (path, run) -> {
          table.append("%n%-20s %6d".formatted(path, run.writes().size()));
          for (Fault fault : Fault.values()) {
            table.append(fault == Fault.NONE ? "" : " %8s".formatted(cell(path, fault, results)));
          }
        });
    return table.append("%n%d trials".formatted(results.size())).toString();
  }

  private static String shortened(Fault fault) {
    return fault
        .name()
        .replace("TAKEN_BUT_", "taken+")
        .replace("REFUSED_", "not")
        .toLowerCase(Locale.ROOT);
  }

  private static String cell(Path path, Fault fault, List<Result> results) {
    List<Result> some =
        results.stream()
            .filter(each -> each.trial().path() == path && each.trial().fault() == fault)
            .toList();
    long struck = some.stream().filter(Result::struck).count();
    long bad = some.stream().filter(each -> !each.trouble().isEmpty()).count();
    return some.isEmpty() ? "-" : struck + "/" + some.size() + (bad == 0 ? "" : "!" + bad);
  }
}
