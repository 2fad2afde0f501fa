package dev.reveille.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures for people, as a Markdown table that also reads well in a terminal. */
final class Table {
  private final OptionalDouble floor;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param floor the p50, in milliseconds, that cold starts are compared with
   */
  Table(OptionalDouble floor) {
    this.floor = floor;
    lines.add(line("milliseconds", "N", "p50", "p95", "max", "× floor"));
    lines.add("|-" + "-".repeat(42) + "-|------:|---------:|---------:|---------:|--------:|");
  }

  /** A cold start: compared with the floor. */
  Table coldStart(String part, Spread millis) {
    return row(
        part, millis, floor.isPresent() ? figure(millis.p50() / floor.getAsDouble(), 2) : "");
  }

  /** Something else. */
  Table row(String part, Spread millis) {
    return row(part, millis, "");
  }

  private Table row(String part, Spread millis, String ratio) {
    lines.add(
        line(
            part,
            Integer.toString(millis.count()),
            figure(millis.p50(), digits(millis)),
            figure(millis.p95(), digits(millis)),
            figure(millis.max(), digits(millis)),
            ratio));
    return this;
  }

  /** Three digits that mean something: 0.123, 12.3, 1234. */
  private static int digits(Spread millis) {
    double typical = Math.abs(millis.p50());
    return typical < 10 ? 2 : typical < 1000 ? 1 : 0;
  }

  private static String figure(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "| %-42s | %5s | %8s | %8s | %8s | %7s |", cells);
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
