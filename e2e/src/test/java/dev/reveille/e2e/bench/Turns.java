package dev.reveille.e2e.bench;

import dev.reveille.e2e.bench.Contender.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What all contenders did at so many connections, as a Markdown table. */
final class Turns {
  private static final String ROW = "| %-10s | %10s | %7s | %7s | %7s | %8s | %10s | %9s | %6s |%n";

  private final int connections;
  private final Map<Contender, List<Measured>> runs = new LinkedHashMap<>();

  Turns(int connections) {
    this.connections = connections;
  }

  void add(Contender contender, Measured run) {
    runs.computeIfAbsent(contender, first -> new ArrayList<>()).add(run);
  }

  @Override
  public String toString() {
    double yardstick = perSecond("nginx");
    StringBuilder text = new StringBuilder();
    text.append("%d connection(s); medians of the rounds, max over all%n".formatted(connections));
    text.append(
        ROW.formatted(
            "",
            "requests/s",
            "x nginx",
            "p50 ms",
            "p99 ms",
            "max ms",
            "CPU us/req",
            "bytes/req",
            "errors"));
    text.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|%n".formatted());
    runs.forEach((contender, measured) -> text.append(row(contender, measured, yardstick)));
    return text.toString();
  }

  private double perSecond(String name) {
    return runs.entrySet().stream()
        .filter(each -> each.getKey().name().equals(name))
        .map(each -> of(each.getValue(), run -> run.load().perSecond()))
        .findFirst()
        .orElseThrow()
        .p50();
  }

  private static String row(Contender contender, List<Measured> runs, double yardstick) {
    double perSecond = of(runs, run -> run.load().perSecond()).p50();
    return ROW.formatted(
        contender.name(),
        "%.0f".formatted(perSecond),
        "%.2f".formatted(perSecond / yardstick),
        "%.3f".formatted(of(runs, run -> run.load().p50()).p50()),
        "%.3f".formatted(of(runs, run -> run.load().p99()).p50()),
        "%.2f".formatted(of(runs, run -> run.load().max()).max()),
        known("%.1f", of(runs, Measured::cpuMicros)),
        known("%.0f", of(runs, Measured::allocatedBytes)),
        runs.stream().mapToLong(run -> run.load().errors()).sum());
  }

  private static String known(String format, Spread figure) {
    return figure.p50() == 0 ? "" : format.formatted(figure.p50());
  }

  private static Spread of(List<Measured> runs, ToDoubleFunction<Measured> figure) {
    return new Spread(runs.stream().map(figure::applyAsDouble).toList());
  }
}
