package dev.reveille.simulation;

import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.activator.gate.Census;
import dev.reveille.operator.activators.Activators.Fenced;
import dev.reveille.operator.activators.Activators.Outcome;
import dev.reveille.operator.child.Sleeping;
import dev.reveille.operator.child.Sleeping.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The steps of {@link Sleeping}, taken over the world's network. */
final class SleepAttempt {
  private static final long FENCE_TIMEOUT = 2 * SECOND;

  private final OperatorHost operator;
  private final World world;
  private final String uid;
  private final String id;
  private final Sleeping decider = new Sleeping();
  private final Set<String> lifted = new HashSet<>();
  private final Map<ActivatorHost, FenceHeld> held = new HashMap<>();
  private Consumer<Boolean> then = slept -> {};
  private long version;

  /**
   * A fence that an activator answered.
   *
   * @param until it ends by itself then
   */
  record FenceHeld(int life, long since, long until) {}

  SleepAttempt(OperatorHost operator, String uid) {
    this.operator = operator;
    this.world = operator.world;
    this.uid = uid;
    this.id = "f" + world.number();
  }

  void begin(Consumer<Boolean> whenOver) {
    then = whenOver;
    take(decider.begin());
  }

  private void take(Step step) {
    switch (step) {
      case Step.ReadScale() ->
          world.api(
              operator,
              () -> world.cluster().withUid(uid).map(app -> version = app.version).isPresent(),
              answer ->
                  take(
                      answer.isPresent()
                          ? decider.read(answer.get(), operator.nanoTime())
                          : new Step.Over(false, "error")));
      case Step.Fence(Duration length) -> fence(length);
      case Step.WriteZero() -> {
        operator.frozenUntil =
            Math.max(operator.frozenUntil, world.now() + operator.freezesBeforeItWrites);
        operator.freezesBeforeItWrites = 0;
        world.api(
            operator,
            this::writeZero,
            answer -> take(answer.map(decider::written).orElseGet(decider::broke)));
      }
      case Step.Unfence(Outcome outcome) -> unfence(outcome == Outcome.SLEPT);
      case Step.Over(boolean slept, String aborted) -> {
        world.tell(() -> uid + (slept ? " sleeps" : " stays up: " + aborted));
        then.accept(slept);
      }
    }
  }

  private void fence(Duration length) {
    List<ActivatorHost> asked = world.knownActivators();
    List<Fenced> answers = new ArrayList<>();
    int[] left = {asked.size()};
    if (asked.isEmpty()) {
      take(decider.fenced(Optional.empty(), operator.nanoTime()));
    }
    for (ActivatorHost activator : asked) {
      world.ask(
          operator,
          activator,
          FENCE_TIMEOUT,
          () -> fenced(activator, length),
          answer -> {
            answer.flatMap(each -> each).ifPresent(answers::add);
            if (--left[0] == 0) {
              boolean all = answers.size() == asked.size();
              if (!all && world.sabotage() == Sabotage.SLEEP_WITHOUT_ASKING) {
                take(new Step.WriteZero());
              } else {
                take(
                    decider.fenced(
                        all ? Optional.of(answers) : Optional.empty(), operator.nanoTime()));
              }
            }
          });
    }
  }

  private Optional<Fenced> fenced(ActivatorHost activator, Duration length) {
    Optional<Census> census = activator.fence(uid, id, (int) length.toSeconds());
    world.tell(() -> activator + " fences " + uid + ": " + census);
    FenceHeld fence = new FenceHeld(activator.life, world.now(), world.now() + length.toNanos());
    census.ifPresent(found -> held.putIfAbsent(activator, fence));
    if (census.isPresent() && lifted.contains(activator.name + activator.life)) {
      throw new Rules.Broken(
          "FenceIsGoodOnce", activator + " put up " + id + " after it was lifted");
    }
    Sabotage sabotage = world.sabotage();
    return census.map(
        each ->
            new Fenced(
                sabotage == Sabotage.FENCE_FORGETS_RUNNING
                        || sabotage == Sabotage.SLEEP_WITHOUT_ASKING
                    ? 0
                    : each.inFlight(),
                sabotage == Sabotage.FENCE_FORGETS_WAITING
                        || sabotage == Sabotage.SLEEP_WITHOUT_ASKING
                    ? 0
                    : each.queued()));
  }

  private boolean writeZero() {
    Optional<App> app = world.cluster().withUid(uid);
    boolean matches = app.isPresent() && app.get().version == version;
    if (matches) {
      world.rules().slept(app.get(), held);
    }
    boolean written = matches && world.cluster().write(app.get(), version, 0);
    world.tell(() -> uid + (written ? " is written to 0" : " was written by others"));
    return written;
  }

  private void unfence(boolean slept) {
    List<ActivatorHost> asked = world.knownActivators();
    int[] left = {asked.size()};
    if (asked.isEmpty()) {
      take(decider.unfenced());
    }
    for (ActivatorHost activator : asked) {
      world.ask(
          operator,
          activator,
          FENCE_TIMEOUT,
          () -> {
            world.tell(() -> activator + " lifts the fence of " + uid + ", slept: " + slept);
            lift(activator, slept);
            return true;
          },
          answer -> {
            if (--left[0] == 0) {
              take(decider.unfenced());
            }
          });
    }
  }

  private void lift(ActivatorHost activator, boolean slept) {
    FenceHeld fence = held.remove(activator);
    boolean stood = fence != null && activator.life == fence.life() && world.now() < fence.until();
    int before = activator.backendsOf(uid);
    lifted.add(activator.name + activator.life);
    activator.unfence(uid, id, slept);
    if (!stood && activator.backendsOf(uid) < before) {
      throw new Rules.Broken("NewBackendsStay", activator + " forgot those of " + uid);
    }
  }
}
