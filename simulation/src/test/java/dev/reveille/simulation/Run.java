package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.simulation.Exchange.Ending;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One plan carried out: faults first, then calm, in which everything must come right. */
final class Run {
  /** Fences, pauses between tries and waits of callers are over by then. */
  private static final long COMES_RIGHT = 45 * SECOND;

  /** A fence that nobody lifts stands for ten seconds. */
  private static final long READY_WITHIN = 14 * SECOND;

  private final Plan plan;
  private final World world;

  private Run(Plan plan, Sabotage sabotage, boolean traced) {
    this.plan = plan;
    this.world = new World(plan, sabotage, traced);
  }

  /**
   * What came of it.
   *
   * @param broken the rule that did not hold; null: all did
   * @param trace what happened, if asked for
   */
  record Outcome(Rules.@Nullable Broken broken, List<String> trace, long steps, Counts counts) {
    boolean isGood() {
      return broken == null;
    }
  }

  /** That something happened at all. */
  record Counts(int calls, int answered, int sleeps, int lateWrites, int replays) {}

  /** When an endpoint is put to sleep first. */
  static long firstSleep(Plan plan) {
    Run run = new Run(plan, Sabotage.NONE, false);
    run.begin();
    while (run.world.rules().firstSleep == 0 && run.world.now() < COMES_RIGHT) {
      run.goTo(run.world.now() + 100 * MILLI);
    }
    return run.world.rules().firstSleep;
  }

  static Outcome of(Plan plan, Sabotage sabotage, boolean traced) {
    Run run = new Run(plan, sabotage, traced);
    Rules.Broken broken = null;
    try {
      run.carryOut();
    } catch (Rules.Broken e) {
      broken = e;
    } catch (RuntimeException e) {
      broken = new Rules.Broken("NoException", e.toString());
      broken.initCause(e);
    }
    return new Outcome(
        broken, run.world.agenda().trace(), run.world.agenda().steps(), run.counts());
  }

  private Counts counts() {
    int answered = 0;
    int calls = 0;
    for (Happening happening : plan.happenings()) {
      if (happening instanceof Happening.Call call && world.isAccepted(call)) {
        calls++;
        answered += world.rules().end(call) == Ending.ANSWERED ? 1 : 0;
      }
    }
    Rules rules = world.rules();
    return new Counts(calls, answered, rules.sleeps, rules.lateWrites, rules.replays);
  }

  private void begin() {
    world.begin();
    Party stage = new Party("stage");
    for (Happening happening : plan.happenings()) {
      world.agenda().after(happening.at(), stage, () -> new Stage(world).happen(happening));
    }
  }

  private void carryOut() {
    begin();
    goTo(plan.calmFrom());
    world.tell(() -> "calm from here on");
    new Stage(world).calm();
    goTo(world.now() + SECOND);
    List<Happening.Call> last = callEverywhere();
    goUntil("BecomesReady", READY_WITHIN, () -> unanswered(last));
    goUntil("EveryCallEnds", COMES_RIGHT, this::openCalls);
    goUntil("SleepsInTheEnd", COMES_RIGHT, this::awake);
  }

  private List<Happening.Call> callEverywhere() {
    List<Happening.Call> calls = new ArrayList<>();
    for (ActivatorHost activator : world.activators()) {
      for (int i = 0; i < plan.setting().endpoints(); i++) {
        Happening.Call call =
            new Happening.Call(
                world.now(),
                activator.number,
                i,
                new Happening.Body(10, true),
                MILLI,
                0,
                1000 + calls.size());
        calls.add(call);
        world.call(call);
      }
    }
    return calls;
  }

  /** Who was refused calls again. */
  private String unanswered(List<Happening.Call> calls) {
    String left = "";
    for (int i = 0; i < calls.size(); i++) {
      Happening.Call call = calls.get(i);
      Ending end = world.rules().end(call);
      boolean unheard = !world.isAccepted(call) && world.now() - call.at() > SECOND;
      if (end == Ending.REFUSED || unheard) {
        calls.set(i, call.again(world.now()));
        world.call(calls.get(i));
      }
      if (end != Ending.ANSWERED) {
        left = "call " + call.number() + " " + end + " " + world.rules().detail(call);
      }
    }
    return left;
  }

  private String openCalls() {
    for (Happening happening : plan.happenings()) {
      if (happening instanceof Happening.Call call
          && world.isAccepted(call)
          && world.rules().end(call) == null) {
        return "call " + call.number() + " never ended";
      }
    }
    return "";
  }

  private String awake() {
    for (App app : world.cluster().apps) {
      if (app.replicas > 0) {
        return app.uid + " stays up with " + app.replicas;
      }
    }
    for (PodObject pod : world.cluster().pods.all()) {
      if (!pod.gone && !pod.isPooled()) {
        return pod.name + " stays";
      }
    }
    return "";
  }

  /** What is left of it; empty: it is so. */
  private interface Condition {
    String left();
  }

  private void goUntil(String rule, long within, Condition condition) {
    long end = world.now() + within;
    while (!condition.left().isEmpty()) {
      if (world.now() >= end) {
        throw new Rules.Broken(rule, condition.left());
      }
      goTo(Math.min(end, world.now() + 200 * MILLI));
    }
  }

  private void goTo(long end) {
    Party party;
    while ((party = world.agenda().step(end)) != null) {
      if (party instanceof ActivatorHost activator && activator.alive) {
        world.rules().check(activator);
      }
    }
  }
}
