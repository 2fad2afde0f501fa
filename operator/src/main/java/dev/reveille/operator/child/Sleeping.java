package dev.reveille.operator.child;

import dev.reveille.operator.activators.Activators.Fenced;
import dev.reveille.operator.activators.Activators.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One attempt to put an endpoint to sleep: what is to be done next, given how the step before went.
 * Time is passed in.
 *
 * <pre>
 *   begin ─► ReadScale ─► Fence ─► WriteZero ─► Unfence ─► Over
 *                │          └── busy, late ──────┘          ▲
 *                └── no such Deployment ────────────────────┘
 * </pre>
 */
public final class Sleeping {
  private static final Duration FENCE = Duration.ofSeconds(10);

  /** Since the fence was asked for; the write itself takes {@link Prompt#TIMEOUT} at most. */
  private static final Duration WRITE_WITHIN = Duration.ofSeconds(5);

  private long fencedAt;
  private Outcome outcome = Outcome.STAYED;
  private String aborted = "";

  /** What to do. */
  public sealed interface Step {
    /** Read the scale, so that the write can be guarded by what was read before the fence. */
    record ReadScale() implements Step {}

    /** Have every activator stop choosing the endpoint's backends. */
    record Fence(Duration length) implements Step {}

    /** Write 0, unless somebody wrote since the scale was read. */
    record WriteZero() implements Step {}

    /** Lift the fence everywhere. */
    record Unfence(Outcome outcome) implements Step {}

    /**
     * Nothing more.
     *
     * @param aborted why it was not put to sleep; empty when it was, or when there is nothing to do
     */
    record Over(boolean slept, String aborted) implements Step {}
  }

  public Step begin() {
    return new Step.ReadScale();
  }

  /**
   * @param there whether there is a scale
   */
  public Step read(boolean there, long now) {
    fencedAt = now;
    return there ? new Step.Fence(FENCE) : new Step.Over(false, "");
  }

  /**
   * @param answers of all activators; empty when one did not answer, or none lives
   */
  public Step fenced(Optional<List<Fenced>> answers, long now) {
    aborted = obstacle(answers, Duration.ofNanos(now - fencedAt));
    return aborted.isEmpty() ? new Step.WriteZero() : new Step.Unfence(outcome);
  }

  /**
   * @param done false when somebody wrote meanwhile
   */
  public Step written(boolean done) {
    outcome = done ? Outcome.SLEPT : Outcome.STAYED;
    aborted = done ? "" : "conflict";
    return new Step.Unfence(outcome);
  }

  /** A step ended in a way that says nothing of what it did. */
  public Step broke() {
    aborted = "error";
    return new Step.Unfence(outcome);
  }

  public Step unfenced() {
    return new Step.Over(outcome == Outcome.SLEPT, aborted);
  }

  /** Why the scale must not be written; empty when it may. */
  private static String obstacle(Optional<List<Fenced>> answers, Duration since) {
    if (answers.isEmpty()) {
      return "unreachable";
    }
    if (answers.get().stream().anyMatch(fence -> fence.inFlight() > 0 || fence.queued() > 0)) {
      return "busy";
    }
    return since.compareTo(WRITE_WITHIN) >= 0 ? "late" : "";
  }
}
