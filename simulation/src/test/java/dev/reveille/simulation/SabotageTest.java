package dev.reveille.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The rules find bugs: each that is put in is caught, and within few seeds. */
class SabotageTest {
  private static final int SEEDS = 500;

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void everyBugPutInIsCaught(Sabotage sabotage) {
    Set<String> broken = new TreeSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      Run.Outcome outcome = Run.of(plan(sabotage, seed), sabotage, false);
      if (outcome.broken() != null && broken.add(outcome.broken().rule)) {
        if (rulesOf(sabotage).contains(outcome.broken().rule)) {
          return;
        }
      }
    }
    fail(sabotage + " broke no rule in " + SEEDS + " seeds, or others: " + broken);
  }

  private static Plan plan(Sabotage sabotage, long seed) {
    return sabotage == Sabotage.POD_RUNS_ANYTHING ? Quiet.strangers(seed) : Plan.of(seed);
  }

  private static Set<String> rulesOf(Sabotage sabotage) {
    return switch (sabotage) {
      case NONE -> Set.of();
      case FENCE_FORGETS_WAITING, FENCE_FORGETS_RUNNING, FENCE_STOPS_NOTHING ->
          Set.of("NoSleepWhileBusy");
      case SLEEP_WITHOUT_ASKING -> Set.of("NoSleepWhileBusy");
      case WAKES_AT_ONCE -> Set.of("OneWakeAtOnce");
      case TAKES_A_SLEEP_FOR_NONE -> Set.of("BecomesReady", "EveryCallEnds", "SleepsInTheEnd");
      case ALWAYS_REPLAYS, FORWARDS_TWICE -> Set.of("ReplayWhereAllowed");
      case FORGETS_THE_IMPATIENT -> Set.of("EveryCallEnds");
      case KEEPS_LEASES -> Set.of("GateCountsRight");
      case POD_TAKES_TWO_CLAIMS -> Set.of("OneOwner");
      case POD_RUNS_ANYTHING -> Set.of("OwnBackendOnly");
      case POD_CUTS -> Set.of("NoError");
      case NO_BOUNDS -> Set.of("QueueIsBounded");
      case NO_LIMIT -> Set.of("LimitIsKept");
    };
  }

  @Test
  void aFailingSeedIsShrunkToWhatItNeeds() {
    Plan plan = failing(Sabotage.KEEPS_LEASES);
    Finding finding = Finding.of(plan, Sabotage.KEEPS_LEASES);
    assertTrue(finding.shrunk().happenings().size() <= 2, finding::text);
    assertEquals("GateCountsRight", finding.outcome().broken().rule);
    assertTrue(finding.text().contains("make simulate-faults SEED="), finding::text);
  }

  private static Plan failing(Sabotage sabotage) {
    for (long seed = 0; seed < SEEDS; seed++) {
      if (!Run.of(Plan.of(seed), sabotage, false).isGood()) {
        return Plan.of(seed);
      }
    }
    throw new IllegalStateException(sabotage + " broke no rule");
  }
}
