package dev.reveille.operator.status;

import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.PoolObserved;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From what is seen of a pool to what its status says. */
public final class PoolStatus {
  static final String READY = "Ready";

  private PoolStatus() {}

  /** The status to show; equal to the one before when nothing changed. */
  public static WarmPoolStatus of(PoolObserved observed, Instant now) {
    WarmPoolStatus before = observed.pool().getStatus();
    int free = free(observed, before);
    Optional<Condition> known = find(before, READY);
    Tallies tallies = Tallies.after(before, observed.load());
    Long generation = observed.pool().getMetadata().getGeneration();
    Verdict ready = ready(observed, free, known);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(ready.condition(READY, known, generation, now));
    StalledCondition.of(ready)
        .map(
            stalled ->
                stalled.condition(
                    StalledCondition.TYPE, find(before, StalledCondition.TYPE), generation, now))
        .ifPresent(conditions::add);
    return new WarmPoolStatus(
        generation, free, tallies.claims(), tallies.misses(), tallies.tallies(), conditions);
  }

  private static Optional<Condition> find(@Nullable WarmPoolStatus status, String type) {
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream().filter(each -> each.getType().equals(type)).findFirst();
  }

  /** While no activator says anything, what was known still holds. */
  private static int free(PoolObserved observed, @Nullable WarmPoolStatus before) {
    return observed.load().isKnown() || before == null || before.free() == null
        ? observed.load().free()
        : before.free();
  }

  private static Verdict ready(PoolObserved observed, int free, Optional<Condition> before) {
    return switch (observed.applied()) {
      case Applied.NameTaken(String object) ->
          Verdict.bad(
              Reason.NAME_TAKEN,
              object + " exists and is not this pool's: rename the pool or remove it");
      case Applied.Refused(String object, String why) ->
          Verdict.bad(Reason.OBJECT_REFUSED, object + " cannot be written: " + why);
      case Applied.Ending() -> Verdict.bad(Reason.NAMESPACE_TERMINATING, "");
      case Applied.Leaving(String object) when observed.deployment() == null ->
          new Verdict(
              "Unknown",
              Reason.REPLACING,
              object + " of a deleted pool of this name is still going away");
      case Applied.Leaving ignored -> seen(observed, free, before);
      case Applied.Done() -> seen(observed, free, before);
    };
  }

  private static Verdict seen(PoolObserved observed, int free, Optional<Condition> before) {
    int size = observed.pool().getSpec().size();
    if (size == 0) {
      return Verdict.good(Reason.NONE_WANTED);
    }
    Optional<Verdict> trouble = Trouble.of(observed.deployment(), observed.pods());
    if (trouble.isPresent()) {
      return trouble.get();
    }
    if (free >= size) {
      return Verdict.good(Reason.STANDING);
    }
    return free > 0 || stoodBefore(before)
        ? Verdict.good(Reason.REFILLING)
        : Verdict.unknown(Reason.STARTING);
  }

  /** All were claimed: that is what they are for. */
  private static boolean stoodBefore(Optional<Condition> before) {
    return before
        .map(Condition::getReason)
        .filter(
            reason ->
                reason.equals(Reason.STANDING.word()) || reason.equals(Reason.REFILLING.word()))
        .isPresent();
  }
}
