package dev.reveille.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever befalls them, the programs keep the rules. */
class FaultsTest {
  private static final long SEEDS = Long.getLong("reveille.seeds", 1_000);
  private static final int MOST_BAD = 5;
  private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

  @Test
  void noSeedBreaksARule() throws InterruptedException {
    Sweep sweep = new Sweep(MOST_BAD);
    sweep.over(0, SEEDS, Runtime.getRuntime().availableProcessors(), done -> {});
    OUT.println(sweep.summary());
    assertEquals(List.of(), sweep.bad(), () -> explain(sweep.bad().getFirst()));
    assertTrue(sweep.calls() > SEEDS, "requests were accepted");
    assertTrue(sweep.sleeps() > SEEDS, "endpoints slept");
    assertTrue(sweep.replays() > SEEDS / 100, "requests were sent again");
  }

  @Test
  void anAddressThatIsAnotherEndpointsNowCrossesNoAnswer() {
    for (long seed = 0; seed < 50; seed++) {
      Plan plan = Quiet.strangers(seed);
      Run.Outcome outcome = Run.of(plan, Sabotage.NONE, false);
      assertTrue(outcome.isGood(), () -> Finding.of(plan, Sabotage.NONE).text());
    }
  }

  /** One of each kind that a bug was found with, as long as the plans are made as they are. */
  @ParameterizedTest
  @MethodSource("keptSeeds")
  void seedsThatFoundABugOnceStayGood(long seed) {
    assertTrue(Run.of(Plan.of(seed), Sabotage.NONE, false).isGood(), () -> explain(seed));
  }

  static List<Long> keptSeeds() throws IOException {
    try (InputStream seeds = FaultsTest.class.getResourceAsStream("/kept-seeds.txt")) {
      return new String(Objects.requireNonNull(seeds).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Long.valueOf(line.split(" ", 2)[0]))
          .toList();
    }
  }

  @Test
  void theSameSeedDoesTheSame() {
    for (long seed = 0; seed < 50; seed++) {
      Run.Outcome one = Run.of(Plan.of(seed), Sabotage.NONE, true);
      Run.Outcome other = Run.of(Plan.of(seed), Sabotage.NONE, true);
      assertEquals(one.trace(), other.trace(), "seed " + seed);
      assertEquals(one.steps(), other.steps(), "seed " + seed);
    }
  }

  private static String explain(long seed) {
    return Finding.of(Plan.of(seed), Sabotage.NONE).text();
  }
}
