package dev.reveille.operator.status;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.PausedBy;
import dev.reveille.operator.Wire;
import dev.reveille.operator.activators.LoadReport;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.Observed;
import java.util.Optional;
import java.util.Set;

/** Ready and the one-word state: derived from what is wanted, what serves and what is wrong. */
record ReadyCondition(EndpointState state, Verdict verdict) {
  static final String TYPE = Wire.READY_CONDITION;

  /** What says that the endpoint can be called. */
  static final Set<Reason> WAKEABLE =
      Set.of(Reason.ASLEEP, Reason.WAKING, Reason.SERVING, Reason.DRAINING);

  /** What a sleeping endpoint failed of; the next replica that serves, or a new spec, ends it. */
  static final Set<Reason> LASTING =
      Set.of(
          Reason.MODEL_FAILED,
          Reason.IMAGE_PULL,
          Reason.UNSCHEDULABLE,
          Reason.CRASHING,
          Reason.OUT_OF_MEMORY,
          Reason.RUNS_AS_ROOT,
          Reason.CONTAINER_REFUSED,
          Reason.POD_REFUSED,
          Reason.PROGRESS_DEADLINE);

  static ReadyCondition of(Observed observed, Verdict model, Previous previous) {
    ReadyCondition resumed = unpaused(observed, model, previous);
    if (!observed.isPaused()) {
      return resumed;
    }
    return switch (observed.applied()) {
      case Applied.Done ignored -> paused(observed);
      case Applied.Leaving ignored -> paused(observed);
      case Applied.Ending ignored -> new ReadyCondition(EndpointState.PAUSED, resumed.verdict());
      case Applied.NameTaken ignored -> new ReadyCondition(EndpointState.PAUSED, resumed.verdict());
      case Applied.Refused ignored -> new ReadyCondition(EndpointState.PAUSED, resumed.verdict());
    };
  }

  /** As its user wants it, so nothing is wrong: True. */
  private static ReadyCondition paused(Observed observed) {
    String left =
        observed.existing() > 0
            ? "; what runs on " + observed.existing() + " replica(s) is finished"
            : "";
    String sentence = PausedBy.sentence(observed.endpoint()) + left + ".";
    return new ReadyCondition(
        EndpointState.PAUSED, new Verdict("True", Reason.PAUSED, "It is " + sentence));
  }

  private static ReadyCondition unpaused(Observed observed, Verdict model, Previous previous) {
    return switch (observed.applied()) {
      case Applied.NameTaken(String object) ->
          failed(
              Verdict.bad(
                  Reason.NAME_TAKEN,
                  object + " exists and is not this endpoint's: rename the endpoint or remove it"));
      case Applied.Refused(String object, String why) ->
          refused(seen(observed, model, previous), observed, object + " cannot be written: " + why);
      case Applied.Ending() -> failed(Verdict.bad(Reason.NAMESPACE_TERMINATING, ""));
      case Applied.Leaving(String object) when observed.deployment() == null ->
          new ReadyCondition(
              EndpointState.ASLEEP,
              new Verdict(
                  "Unknown",
                  Reason.REPLACING,
                  object + " of a deleted endpoint of this name is still going away"));
      case Applied.Leaving ignored -> seen(observed, model, previous);
      case Applied.Done() -> seen(observed, model, previous);
    };
  }

  private static ReadyCondition seen(Observed observed, Verdict model, Previous previous) {
    if (observed.ready() > 0) {
      return new ReadyCondition(EndpointState.READY, serving(observed, model));
    }
    Optional<Verdict> failure = failure(observed, model, previous);
    if (failure.isPresent()) {
      return failed(failure.get());
    }
    if (observed.wanted() > 0) {
      return new ReadyCondition(EndpointState.WAKING, Verdict.good(Reason.WAKING));
    }
    Optional<Verdict> unwoken = unwoken(observed);
    if (unwoken.isPresent()) {
      return new ReadyCondition(
          unwoken.get().isBad() ? EndpointState.FAILED : EndpointState.READY, unwoken.get());
    }
    if (observed.existing() > 0) {
      return new ReadyCondition(EndpointState.DRAINING, Verdict.good(Reason.DRAINING));
    }
    return new ReadyCondition(
        EndpointState.ASLEEP, model.status().equals("True") ? Verdict.good(Reason.ASLEEP) : model);
  }

  /** A pod of the pool may serve all the same. */
  private static Optional<Verdict> unwoken(Observed observed) {
    return observed
        .load()
        .failureOf("")
        .map(LoadReport.Failure::message)
        .map(
            why ->
                observed.load().backends() > 0
                    ? new Verdict("True", Reason.SERVING_PARTLY, why)
                    : Verdict.bad(Reason.WAKE_REFUSED, why));
  }

  /** A new revision that does not come up, or a replica that finds no room, is worth a word. */
  private static Verdict serving(Observed observed, Verdict model) {
    return Optional.of(model)
        .filter(bad -> bad.isBad() && observed.isMixed())
        .or(() -> Trouble.of(observed.deployment(), observed.pods()))
        .map(trouble -> new Verdict("True", Reason.SERVING_PARTLY, trouble.message()))
        .orElse(Verdict.good(Reason.SERVING));
  }

  /** Why nothing can be served, or could be if it were awake. */
  private static Optional<Verdict> failure(Observed observed, Verdict model, Previous previous) {
    if (model.isBad()) {
      return Optional.of(model);
    }
    return observed.wanted() > 0
        ? Trouble.of(observed.deployment(), observed.pods())
        : previous.still(TYPE, LASTING).filter(Verdict::isBad);
  }

  /** A refused change leaves what serves, or is about to, as it is. */
  private static ReadyCondition refused(ReadyCondition seen, Observed observed, String message) {
    boolean goesOn = observed.ready() > 0 || observed.wanted() > 0;
    if (goesOn && !seen.verdict().isBad()) {
      return new ReadyCondition(seen.state(), new Verdict("True", Reason.OBJECT_REFUSED, message));
    }
    return goesOn ? seen : failed(Verdict.bad(Reason.OBJECT_REFUSED, message));
  }

  private static ReadyCondition failed(Verdict why) {
    return new ReadyCondition(EndpointState.FAILED, why);
  }
}
