package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a seed makes of itself: a world, and what befalls it. */
record Plan(Setting setting, List<Happening> happenings) {
  private static final int FAULT_KINDS = 20;

  static Plan of(long seed) {
    Dice dice = new Dice(seed);
    Setting setting = setting(seed, dice);
    List<Happening> happenings = new ArrayList<>();
    int calls = 0;
    int bursts = dice.below(8) + 3;
    for (int i = 0; i < bursts; i++) {
      long at = dice.below(setting.faultsEnd());
      int size = dice.chance(0.3) ? 1 + dice.below(12) : 1 + dice.below(3);
      int endpoint = dice.below(setting.endpoints());
      for (int each = 0; each < size; each++) {
        happenings.add(call(setting, dice, at + dice.below(200 * MILLI), endpoint, calls++));
      }
    }
    int faults = dice.chance(0.1) ? 0 : 1 + dice.below(7);
    for (int i = 0; i < faults; i++) {
      Happening fault = fault(setting, dice, dice.below(setting.faultsEnd()));
      if (!setting.flawless() || passesUnnoticed(fault, setting.shape().idempotent())) {
        happenings.add(fault);
      }
    }
    happenings.sort(Comparator.comparingLong(Happening::at));
    return new Plan(setting, happenings);
  }

  /** From then on nothing goes wrong. */
  long calmFrom() {
    return happenings.stream().mapToLong(Happening::until).reduce(setting.faultsEnd(), Math::max);
  }

  Plan with(List<Happening> others) {
    return new Plan(setting, others);
  }

  Plan in(Setting other) {
    return new Plan(other, happenings);
  }

  /**
   * No caller need see an error: nothing is broken off, and what waits can wait until it is over.
   */
  private static boolean passesUnnoticed(Happening fault, boolean idempotent) {
    return switch (fault) {
      case Happening.Call call -> true;
      case Happening.OperatorDies operator -> true;
      case Happening.OperatorIsReplaced operator -> true;
      case Happening.OperatorFreezes operator -> true;
      case Happening.OperatorFreezesBeforeItWrites operator -> true;
      case Happening.OperatorWatchStalls watch -> true;
      case Happening.ActivatorFreezes activator -> true;
      case Happening.PodIsEvicted pod -> true;
      case Happening.PodFreezes pod -> true;
      case Happening.ApiIsAway api -> true;
      case Happening.ControllersAreAway controllers -> true;
      case Happening.WatchStalls watch -> true;
      case Happening.ClockJumps clock -> true;
      case Happening.SpecChanges spec -> true;
      case Happening.ScaledByHand scale -> true;
      case Happening.ActivatorDies activator -> true; // but by those whose connection it cut
      case Happening.ContainerDies pod -> idempotent;
      case Happening.PodIsLost pod -> false;
      case Happening.Cut cut -> true;
      case Happening.SpecIsBroken endpoint -> false;
      case Happening.IsPaused endpoint -> false;
      case Happening.EndpointIsMadeAnew endpoint -> false;
    };
  }

  private static Setting setting(long seed, Dice dice) {
    boolean quiet = dice.chance(0.4);
    boolean flawless = quiet && dice.chance(0.6);
    int activators = 1 + dice.below(3);
    return new Setting(
        seed,
        activators,
        1 + dice.below(2),
        dice.chance(0.5) ? 1 + dice.below(2) : 0,
        dice.between(MILLI / 10, 5 * MILLI),
        dice.between(MILLI, dice.chance(0.2) ? 300 * MILLI : 20 * MILLI),
        quiet ? 0 : dice.below(4) * 0.02,
        quiet ? 0 : dice.below(3) * 0.02,
        dice.chance(0.3) ? dice.below(2 * SECOND) : 0,
        shape(dice, flawless, activators == 1),
        dice.between(4 * SECOND, 12 * SECOND),
        flawless);
  }

  /** With several activators a hard limit has a home, which is not simulated. */
  private static Setting.Shape shape(Dice dice, boolean flawless, boolean alone) {
    int concurrency = 1 + dice.below(4);
    return new Setting.Shape(
        1 + dice.below(2),
        1 + dice.below(3),
        concurrency,
        alone && dice.chance(0.4) ? concurrency : 0,
        dice.chance(0.2) && !flawless ? 1 + dice.below(5) : 40,
        dice.chance(0.3) && !flawless ? 2 + dice.below(4) : 1000,
        dice.chance(0.5));
  }

  private static Happening.Call call(
      Setting setting, Dice dice, long at, int endpoint, int number) {
    long runs = dice.chance(0.1) ? dice.below(3 * SECOND) : dice.below(100 * MILLI);
    long patience = dice.chance(0.1) ? dice.below(2 * SECOND) : 0;
    return new Happening.Call(
        at,
        dice.below(setting.activators()),
        endpoint,
        body(setting, dice),
        runs,
        patience,
        number);
  }

  private static Happening.Body body(Setting setting, Dice dice) {
    boolean large = dice.chance(0.1) && !setting.flawless(); // some of them fill a gate
    return new Happening.Body(
        large ? 1 << 20 : dice.below(4096), setting.flawless() || !dice.chance(0.1));
  }

  private static Happening fault(Setting setting, Dice dice, long at) {
    int activator = dice.below(setting.activators());
    int endpoint = dice.below(setting.endpoints());
    long span = dice.chance(0.3) ? dice.below(8 * SECOND) : dice.below(800 * MILLI);
    return switch (dice.below(FAULT_KINDS)) {
      case 0 -> new Happening.ActivatorDies(at, activator, 300 * MILLI + span);
      case 1 -> new Happening.OperatorDies(at, 100 * MILLI + span);
      case 2 -> new Happening.OperatorIsReplaced(at, 11 * SECOND + span, dice.below(11 * SECOND));
      case 3 -> new Happening.ActivatorFreezes(at, activator, span);
      case 4 -> new Happening.OperatorFreezes(at, dice.chance(0.3) ? 12 * SECOND : span);
      case 5 -> new Happening.ContainerDies(at, dice.below(8));
      case 6 -> new Happening.PodIsEvicted(at, dice.below(8));
      case 7 -> new Happening.PodFreezes(at, dice.below(8), span);
      case 8 -> new Happening.ApiIsAway(at, span);
      case 9 -> new Happening.ControllersAreAway(at, span);
      case 10 -> new Happening.WatchStalls(at, activator, span, dice.chance(0.5));
      case 11 -> new Happening.OperatorWatchStalls(at, span);
      case 12 ->
          new Happening.Cut(at, dice.below(setting.activators() + 1), 100 + dice.below(8), span);
      case 13 -> new Happening.ClockJumps(at, dice.between(-3600, 3600) * SECOND);
      case 14 -> new Happening.SpecChanges(at, endpoint);
      case 15 ->
          dice.chance(0.5)
              ? new Happening.EndpointIsMadeAnew(at, endpoint)
              : new Happening.ScaledByHand(at, endpoint, dice.below(3));
      case 16 -> new Happening.OperatorFreezesBeforeItWrites(at, 10 * SECOND + span);
      case 17 -> new Happening.IsPaused(at, endpoint, span);
      case 18 -> new Happening.PodIsLost(at, dice.below(8), span);
      case 19 -> new Happening.SpecIsBroken(at, endpoint, span);
      default -> throw new IllegalStateException();
    };
  }
}
