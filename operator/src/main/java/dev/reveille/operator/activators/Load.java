package dev.reveille.operator.activators;

import dev.reveille.operator.activators.LoadReport.Bridge;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import dev.reveille.operator.activators.LoadReport.Ejected;
import dev.reveille.operator.activators.LoadReport.EndpointLoad;
import dev.reveille.operator.activators.LoadReport.Failure;
import dev.reveille.operator.activators.LoadReport.Model;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's load over all activators.
 *
 * @param idleMillis the least of theirs
 * @param backends the most that one of them knows
 * @param complete every activator answered and knows the endpoint: only then may it sleep
 * @param bridges names of the pool pods that one of them sends to or waits for
 * @param failures at most one of each activator; of several revisions while one is rolled out
 * @param coldStarts oldest first
 * @param ejected at most one of each pod, by name
 */
public record Load(
    int inFlight,
    int queued,
    long idleMillis,
    int backends,
    boolean complete,
    Set<String> bridges,
    List<Failure> failures,
    @Nullable Model model,
    List<ColdStart> coldStarts,
    List<Ejected> ejected) {

  /** Nobody has told us anything. */
  public static final Load UNKNOWN =
      new Load(0, 0, 0, 0, false, Set.of(), List.of(), null, List.of(), List.of());

  /** Merges what the activators say of one endpoint, but for the time. */
  static Load of(List<EndpointLoad> parts) {
    return new Load(
        parts.stream().mapToInt(EndpointLoad::inFlight).sum(),
        parts.stream().mapToInt(EndpointLoad::queued).sum(),
        0,
        parts.stream().mapToInt(EndpointLoad::backends).max().orElse(0),
        false,
        parts.stream()
            .flatMap(part -> part.bridges().stream())
            .map(Bridge::pod)
            .collect(Collectors.toUnmodifiableSet()),
        parts.stream().map(EndpointLoad::failure).flatMap(Stream::ofNullable).distinct().toList(),
        best(parts.stream().map(EndpointLoad::model).flatMap(Stream::ofNullable).toList()),
        parts.stream()
            .flatMap(part -> part.coldStarts().stream())
            .sorted(Comparator.comparingLong(ColdStart::atMillis))
            .toList(),
        List.copyOf(
            parts.stream()
                .flatMap(part -> part.ejected().stream())
                .collect(Collectors.toMap(Ejected::pod, each -> each, (a, b) -> a, TreeMap::new))
                .values()));
  }

  /** Why pods of this revision cannot serve, if they said so. */
  public Optional<Failure> failureOf(String revision) {
    return failures.stream().filter(failure -> failure.revision().equals(revision)).findFirst();
  }

  /** The same at some time, as far as it is known. */
  Load at(long idle, boolean all) {
    return new Load(
        inFlight, queued, idle, backends, all, bridges, failures, model, coldStarts, ejected);
  }

  boolean isBusy() {
    return inFlight > 0 || queued > 0;
  }

  /** A depot that has the model is enough; a failed one says more than one that is at it. */
  private static @Nullable Model best(List<Model> models) {
    for (String state : List.of("ready", "failed", "fetching")) {
      for (Model model : models) {
        if (model.state().equals(state)) {
          return model;
        }
      }
    }
    return null;
  }

  /**
   * True when a status made of {@code other} would differ, or when this one went idle. How long it
   * is idle and whether all answered matters only to who is due to sleep, and looks by itself.
   */
  boolean differsFrom(Load other) {
    return inFlight > 0 != other.inFlight > 0
        || queued != other.queued
        || backends != other.backends
        || !bridges.equals(other.bridges)
        || !failures.equals(other.failures)
        || !Objects.equals(model, other.model)
        || !coldStarts.equals(other.coldStarts)
        || !ejected.equals(other.ejected);
  }
}
