package dev.reveille.simulation;

import dev.reveille.simulation.Happening.ActivatorDies;
import dev.reveille.simulation.Happening.ActivatorFreezes;
import dev.reveille.simulation.Happening.ApiIsAway;
import dev.reveille.simulation.Happening.Call;
import dev.reveille.simulation.Happening.ClockJumps;
import dev.reveille.simulation.Happening.ContainerDies;
import dev.reveille.simulation.Happening.ControllersAreAway;
import dev.reveille.simulation.Happening.Cut;
import dev.reveille.simulation.Happening.EndpointIsMadeAnew;
import dev.reveille.simulation.Happening.IsPaused;
import dev.reveille.simulation.Happening.OperatorDies;
import dev.reveille.simulation.Happening.OperatorFreezes;
import dev.reveille.simulation.Happening.OperatorFreezesBeforeItWrites;
import dev.reveille.simulation.Happening.OperatorIsReplaced;
import dev.reveille.simulation.Happening.OperatorWatchStalls;
import dev.reveille.simulation.Happening.PodFreezes;
import dev.reveille.simulation.Happening.PodIsEvicted;
import dev.reveille.simulation.Happening.PodIsLost;
import dev.reveille.simulation.Happening.ScaledByHand;
import dev.reveille.simulation.Happening.SpecChanges;
import dev.reveille.simulation.Happening.SpecIsBroken;
import dev.reveille.simulation.Happening.WatchStalls;

/** Makes happen what happens. */
final class Stage {
  private static final int PODS_FROM = 100;

  private final World world;
  private final Party stage = new Party("stage");

  Stage(World world) {
    this.world = world;
  }

  void happen(Happening happening) {
    if (!(happening instanceof Call)) {
      world.tell(() -> "** " + happening);
    }
    switch (happening) {
      case Call call -> world.call(call);
      case ActivatorDies(long at, int activator, long away) -> die(activator, away);
      case OperatorDies(long at, long away) -> {
        world.operator().die();
        world.agenda().after(away, new Party("kubelet"), world::newOperator);
      }
      case OperatorIsReplaced(long at, long frozen, long after) -> replace(frozen, after);
      case ActivatorFreezes(long at, int activator, long length) ->
          freeze(world.activators().get(activator), length);
      case OperatorFreezes(long at, long length) -> freeze(world.operator(), length);
      case OperatorFreezesBeforeItWrites(long at, long length) ->
          world.operator().freezesBeforeItWrites = length;
      case ContainerDies(long at, int which) ->
          world.cluster().pods.some(which).ifPresent(world.cluster()::containerDied);
      case PodIsEvicted(long at, int which) ->
          world.cluster().pods.some(which).ifPresent(world.cluster()::delete);
      case PodFreezes(long at, int which, long length) ->
          world.cluster().pods.some(which).ifPresent(pod -> freeze(pod.process, length));
      case PodIsLost(long at, int which, long length) ->
          world.cluster().pods.some(which).ifPresent(pod -> world.cluster().lose(pod, length));
      case ApiIsAway(long at, long length) -> apiAway(length);
      case ControllersAreAway(long at, long length) -> world.cluster().controllersAway(length);
      case WatchStalls(long at, int activator, long length, boolean noticed) ->
          world.activators().get(activator).stallWatch(length, noticed);
      case OperatorWatchStalls(long at, long length) -> world.operator().stallWatch(length);
      case Cut(long at, int one, int other, long length) -> cut(one, other, length);
      case ClockJumps(long at, long by) -> world.operator().wallClockOff += by;
      case SpecChanges(long at, int endpoint) -> world.cluster().changeSpec(endpoint, false);
      case SpecIsBroken(long at, int endpoint, long length) -> {
        world.cluster().changeSpec(endpoint, true);
        world.agenda().after(length, stage, () -> world.cluster().changeSpec(endpoint, false));
      }
      case IsPaused(long at, int endpoint, long length) -> {
        App app = world.cluster().app(endpoint);
        world.cluster().pause(app, true);
        world.agenda().after(length, stage, () -> world.cluster().pause(app, false));
      }
      case EndpointIsMadeAnew(long at, int endpoint) -> world.cluster().makeAnew(endpoint);
      case ScaledByHand(long at, int endpoint, int replicas) ->
          world.cluster().scale(world.cluster().app(endpoint), replicas);
    }
  }

  /** Nobody reads, writes or watches. */
  private void apiAway(long length) {
    world.cluster().awayUntil = world.now() + length;
    world.cluster().controllersAway(length);
    world.operator().stallWatch(length);
    world.activators().stream()
        .filter(each -> each.alive)
        .forEach(each -> each.stallWatch(length, true));
  }

  private void die(int number, long away) {
    ActivatorHost activator = world.activators().get(number);
    if (activator.alive) {
      activator.crash();
      world.agenda().after(away, new Party("kubelet"), () -> back(activator));
    }
  }

  private void back(ActivatorHost activator) {
    if (!activator.alive) {
      world.tell(() -> activator + " is back");
      activator.start();
    }
  }

  private void replace(long frozen, long after) {
    OperatorHost old = world.operator();
    old.leads = false;
    freeze(old, frozen);
    world.agenda().after(after, new Party("lease"), world::newOperator);
  }

  private void freeze(Party party, long length) {
    party.frozenUntil = Math.max(party.frozenUntil, world.now() + length);
  }

  private void cut(int one, int other, long length) {
    Party first = one < world.activators().size() ? world.activators().get(one) : world.operator();
    if (other < PODS_FROM) {
      world.cut(first, world.activators().get(other % world.activators().size()), length);
    } else {
      world
          .cluster()
          .pods
          .some(other - PODS_FROM)
          .ifPresent(pod -> world.cut(first, pod.process, length));
    }
  }

  /** Everything is repaired. */
  void calm() {
    world.heal();
    world.activators().forEach(this::back);
    if (!world.operator().alive || !world.operator().leads) {
      world.newOperator();
    }
    world.activators().forEach(each -> each.frozenUntil = 0);
    world.operators().forEach(each -> each.frozenUntil = 0);
    world.operators().forEach(each -> each.freezesBeforeItWrites = 0);
    for (PodObject pod : world.cluster().pods.all()) {
      if (pod.process != null) {
        pod.process.frozenUntil = 0;
      }
    }
    world.cluster().controllersAway(0);
  }
}
