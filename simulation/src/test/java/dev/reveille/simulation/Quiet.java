package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import java.util.List;

/** Worlds in which nothing goes wrong by chance, and one endpoint that is called once. */
final class Quiet {
  private static final long ENOUGH = 6 * SECOND;

  private Quiet() {}

  static Plan plan(long seed) {
    Dice dice = new Dice(seed);
    Setting setting =
        new Setting(
            seed,
            1 + dice.below(3),
            1,
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
