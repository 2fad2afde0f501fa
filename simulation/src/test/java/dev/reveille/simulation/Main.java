package dev.reveille.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** `make simulate-faults`: many seeds, or one with all that happens in it. */
public final class Main {
  private static final int MOST_BAD = 20;
  private static final int MOST_TOLD = 3;
  private static final long TELL_EVERY_NANOS = 10 * Time.SECOND;
  private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

  private Main() {}

  /** Arguments: {@code seed N}, {@code sweep FIRST COUNT}, or {@code sabotage WHICH COUNT}. */
  public static void main(String[] args) throws InterruptedException {
    boolean good =
        switch (args[0]) {
          case "seed" -> one(Long.parseLong(args[1]));
          case "sabotage" -> sabotaged(Sabotage.valueOf(args[1]), Long.parseLong(args[2]));
          default -> many(Long.parseLong(args[1]), Long.parseLong(args[2]));
        };
    System.exit(good ? 0 : 1);
  }

  private static boolean one(long seed) {
    Plan plan = Plan.of(seed);
    Run.Outcome outcome = Run.of(plan, Sabotage.NONE, true);
    outcome.trace().forEach(OUT::println);
    if (outcome.broken() != null) {
      outcome.broken().printStackTrace(OUT);
      OUT.println(Finding.of(plan, Sabotage.NONE).text());
    } else {
      OUT.println("seed " + seed + " breaks no rule: " + outcome.counts());
    }
    return outcome.isGood();
  }

  /** How soon the rules find a bug that was put in. */
  private static boolean sabotaged(Sabotage sabotage, long count) {
    Map<String, Integer> found = new TreeMap<>();
    long first = -1;
    for (long seed = 0; seed < count; seed++) {
      Rules.Broken broken = Run.of(Plan.of(seed), sabotage, false).broken();
      if (broken != null) {
        first = first < 0 ? seed : first;
        found.merge(broken.rule, 1, Integer::sum);
      }
    }
    OUT.println(sabotage + " is found first by seed " + first + ": " + found);
    return first >= 0;
  }

  private static boolean many(long first, long count) throws InterruptedException {
    Sweep sweep = new Sweep(MOST_BAD);
    AtomicLong told = new AtomicLong(System.nanoTime());
    sweep.over(
        first,
        count,
        Runtime.getRuntime().availableProcessors(),
        done -> {
          long last = told.get();
          long now = System.nanoTime();
          if (now - last > TELL_EVERY_NANOS && told.compareAndSet(last, now)) {
            OUT.println(sweep.summary());
          }
        });
    OUT.println(sweep.summary());
    sweep.bad().stream()
        .limit(MOST_TOLD)
        .forEach(seed -> OUT.println(Finding.of(Plan.of(seed), Sabotage.NONE).text()));
    if (!sweep.bad().isEmpty()) {
      OUT.println("seeds that break a rule: " + sweep.bad());
    }
    return sweep.bad().isEmpty();
  }
}
