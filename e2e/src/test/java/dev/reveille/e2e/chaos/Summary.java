package dev.reveille.e2e.chaos;

import dev.reveille.e2e.chaos.Judge.Verdict;
import dev.reveille.e2e.chaos.Strike.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** What came of a load under strikes: a table for people, and which promises were broken. */
public final class Summary {
  /** Requests that were told to come again, of all. */
  private static final double FEW = 0.001;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int MOST_LOOKS = 50;

  private final Load load;
  private final List<Strike> strikes;
  private final Cycles cycles;
  private final Map<Verdict, List<Miss>> misses = new EnumMap<>(Verdict.class);
  private final Executions executions;

  private Summary(Load load, List<Strike> strikes, Cycles cycles, Executions executions) {
    this.load = load;
    this.strikes = strikes;
    this.cycles = cycles;
    Judge judge = new Judge(strikes);
    for (Verdict verdict : Verdict.values()) {
      misses.put(verdict, new ArrayList<>());
    }
    load.tally().misses().forEach(miss -> misses.get(judge.of(miss)).add(miss));
    this.executions = executions;
  }

  /** Of a load that has ended. */
  public static Summary of(Load load, Striker striker, Cycles cycles, Witness witness) {
    return new Summary(load, striker.strikes(), cycles, heard(load, witness));
  }

  /** A server tells of an execution before it answers, and the counter hears it a moment later. */
  private static Executions heard(Load load, Witness witness) {
    byte[] counts = witness.executions();
    Executions executions = Executions.of(load, counts);
    for (int look = 0; look < MOST_LOOKS; look++) {
      LockSupport.parkNanos(LOOK_NANOS);
      byte[] before = counts;
      counts = witness.executions();
      executions = Executions.of(load, counts);
      if (executions.madeUp().isEmpty() && Arrays.equals(counts, before)) {
        break;
      }
    }
    return executions;
  }

  /** Requests that count as that. */
  List<Miss> misses(Verdict verdict) {
    return misses.get(verdict);
  }

  /** Nothing, when the promise was kept. */
  public List<String> broken() {
    List<String> broken = new ArrayList<>();
    Tally tally = load.tally();
    note(broken, "wrong", tally.wrong.get());
    note(broken, "crossed", tally.crossed.get());
    note(broken, "answered twice", tally.answeredTwice.get());
    note(broken, "lost", misses(Verdict.LOST).size());
    note(broken, "executed twice, and not idempotent", executions.doubled().size());
    note(broken, "answered, but executed by nobody", executions.madeUp().size());
    if (misses(Verdict.REFUSED).size() > FEW * tally.sent()) {
      broken.add("more than %.1f %% refused".formatted(FEW * 100));
    }
    if (accounted() != tally.sent()) {
      broken.add("%d sent, but %d accounted for".formatted(tally.sent(), accounted()));
    }
    broken.addAll(tally.examples());
    misses(Verdict.LOST).stream().limit(20).map(miss -> "LOST: " + miss).forEach(broken::add);
    misses(Verdict.REFUSED).stream().limit(20).map(miss -> "REFUSED: " + miss).forEach(broken::add);
    return broken.stream().anyMatch(line -> !line.startsWith("REFUSED")) ? broken : List.of();
  }

  private static void note(List<String> broken, String what, long count) {
    if (count > 0) {
      broken.add(count + " " + what);
    }
  }

  private long accounted() {
    Tally tally = load.tally();
    return tally.right()
        + tally.wrong.get()
        + tally.crossed.get()
        + misses.values().stream().mapToLong(List::size).sum();
  }

  @Override
  public String toString() {
    Tally tally = load.tally();
    StringBuilder table = new StringBuilder();
    row(table, "requests", tally.sent());
    row(table, "right", tally.right());
    row(table, "wrong", tally.wrong.get());
    row(table, "crossed", tally.crossed.get());
    row(table, "doubled: answered twice", tally.answeredTwice.get());
    row(table, "doubled: executed twice, not idempotent", executions.doubled().size());
    row(table, "lost", misses(Verdict.LOST).size());
    row(table, "refused" + reasons(), misses(Verdict.REFUSED).size());
    row(
        table,
        "apart: cut with an activator killed hard",
        misses(Verdict.CUT_WITH_ACTIVATOR).size());
    row(
        table,
        "apart: 502, not idempotent, its replica killed",
        misses(Verdict.BROKE_WITH_REPLICA).size());
    row(table, "connections that led nowhere, tried again", tally.unconnected().size());
    row(table, "executed again, idempotent", executions.repeated());
    row(table, "sleeps", cycles.sleeps());
    row(table, "wakes", cycles.wakes());
    Map<Kind, Long> kinds =
        strikes.stream()
            .collect(Collectors.groupingBy(Strike::kind, TreeMap::new, Collectors.counting()));
    kinds.forEach((kind, count) -> row(table, "strikes: " + kind, count));
    times(table, "warm", tally.warm);
    times(table, "cold", tally.cold);
    table.append(
        "%.0f s, %.0f requests a second%n"
            .formatted(load.seconds(), tally.sent() / load.seconds()));
    return table.toString();
  }

  private String reasons() {
    Map<String, Long> reasons =
        misses(Verdict.REFUSED).stream()
            .collect(
                Collectors.groupingBy(
                    miss -> miss.status() + " " + miss.reason(),
                    TreeMap::new,
                    Collectors.counting()));
    return reasons.isEmpty() ? "" : " " + reasons;
  }

  private static void row(StringBuilder table, String what, long count) {
    table.append("| %-48s | %9d |%n".formatted(what, count));
  }

  private static void times(StringBuilder table, String what, Latencies times) {
    table.append(
        String.format(
            Locale.ROOT,
            "| %-48s | %9d | p50 %.1f ms, p99 %.1f ms, most %.0f ms%n",
            "answers, " + what,
            times.count(),
            times.millis(0.5),
            times.millis(0.99),
            times.millis(1)));
  }
}
