package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import java.util.ArrayList;
import java.util.List;

/** Worlds in which nothing goes wrong by chance, and one endpoint that is called once. */
final class Quiet {
  private static final long ENOUGH = 6 * SECOND;

  private Quiet() {}

  static Plan plan(long seed) {
    return plan(seed, 1);
  }

  /**
   * An address that goes from one endpoint's pod to another's, while an activator that sends there
   * sees nothing of it.
   */
  static Plan strangers(long seed) {
    Plan quiet = plan(seed, 2);
    Dice dice = new Dice(seed);
    List<Happening> happenings = new ArrayList<>(quiet.happenings());
    for (int i = 0; i < quiet.setting().activators(); i++) {
      happenings.add(new Happening.WatchStalls(SECOND, i, 4 * SECOND, false));
    }
    happenings.add(new Happening.ScaledByHand(SECOND, 0, 0));
    happenings.add(new Happening.ScaledByHand(2500 * MILLI, 1, 1));
    happenings.add(call(quiet, dice, 3500 * MILLI, 1));
    return quiet.with(happenings);
  }

  private static Plan plan(long seed, int endpoints) {
    Dice dice = new Dice(seed);
    Setting setting =
        new Setting(
            seed,
            1 + dice.below(3),
            endpoints,
            dice.chance(0.3) ? 1 : 0,
            dice.between(MILLI / 10, 5 * MILLI),
            dice.between(MILLI, 50 * MILLI),
            0,
            0,
            0,
            new Setting.Shape(1, 1 + dice.below(3), 4, 0, 40, 1000, dice.chance(0.5)),
            ENOUGH,
            true);
    Plan empty = new Plan(setting, List.of());
    return empty.with(List.of(call(empty, dice, 100 * MILLI, 0)));
  }

  /** Of a caller who waits as long as it takes. */
  static Happening.Call call(Plan plan, Dice dice, long at, int number) {
    return new Happening.Call(
        at,
        dice.below(plan.setting().activators()),
        0,
        new Happening.Body(dice.below(4096), true),
        dice.chance(0.1) ? dice.below(SECOND) : dice.below(50 * MILLI),
        0,
        number);
  }
}
