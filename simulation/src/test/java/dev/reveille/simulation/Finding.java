package dev.reveille.simulation;

import java.util.List;
import java.util.stream.Collectors;

/** A seed that breaks a rule, told so that it can be understood and run again. */
record Finding(Plan plan, Plan shrunk, Run.Outcome outcome) {
  private static final int LAST_EVENTS = 60;

  /** Of a plan that breaks a rule. */
  static Finding of(Plan plan, Sabotage sabotage) {
    Run.Outcome first = Run.of(plan, sabotage, false);
    Rules.Broken broken = first.broken();
    if (broken == null) {
      throw new IllegalArgumentException("seed " + plan.setting().seed() + " breaks no rule");
    }
    Plan shrunk = Shrinker.shrink(plan, sabotage, broken.rule);
    return new Finding(plan, shrunk, Run.of(shrunk, sabotage, true));
  }

  String text() {
    List<String> trace = outcome.trace();
    List<String> last = trace.subList(Math.max(0, trace.size() - LAST_EVENTS), trace.size());
    return """
        seed %d breaks the rule %s
        in %s
        of %d happenings these are needed:
        %s
        the last of what happened (virtual seconds):
        %s
        again: make simulate-faults SEED=%d
        """
        .formatted(
            plan.setting().seed(),
            outcome.broken() == null ? "only sometimes" : outcome.broken().getMessage(),
            shrunk.setting(),
            plan.happenings().size(),
            shrunk.happenings().stream().map(Object::toString).collect(Collectors.joining("\n")),
            String.join("\n", last),
            plan.setting().seed());
  }
}
