package dev.reveille.simulation;

import java.util.ArrayList;
import java.util.List;

/** Takes away from a plan whatever the broken rule does not need (delta debugging, Zeller 2002). */
final class Shrinker {
  private static final int MOST_TRIES = 600;

  private final Sabotage sabotage;
  private final String rule;
  private int tries;

  private Shrinker(Sabotage sabotage, String rule) {
    this.sabotage = sabotage;
    this.rule = rule;
  }

  /** A smaller plan that breaks the same rule; the plan itself if there is none. */
  static Plan shrink(Plan plan, Sabotage sabotage, String rule) {
    return new Shrinker(sabotage, rule).smaller(plan);
  }

  private Plan smaller(Plan plan) {
    Plan smallest = plan;
    for (Setting simpler : plan.setting().simpler()) {
      Plan other = smallest.in(simpler);
      smallest = breaks(other) ? other : smallest;
    }
    int chunk = Math.max(1, smallest.happenings().size() / 2);
    while (tries < MOST_TRIES) {
      Plan without = without(smallest, chunk);
      if (without.happenings().size() < smallest.happenings().size()) {
        smallest = without;
      } else if (chunk == 1) {
        break;
      } else {
        chunk = chunk / 2;
      }
    }
    return smallest;
  }

  /** Without as many chunks of that size as can be spared. */
  private Plan without(Plan plan, int chunk) {
    Plan smallest = plan;
    int at = 0;
    while (at < smallest.happenings().size() && tries < MOST_TRIES) {
      List<Happening> left = new ArrayList<>(smallest.happenings());
      left.subList(at, Math.min(left.size(), at + chunk)).clear();
      Plan other = smallest.with(left);
      if (breaks(other)) {
        smallest = other;
      } else {
        at += chunk;
      }
    }
    return smallest;
  }

  private boolean breaks(Plan plan) {
    tries++;
    Run.Outcome outcome = Run.of(plan, sabotage, false);
    return outcome.broken() != null && outcome.broken().rule.equals(rule);
  }
}
