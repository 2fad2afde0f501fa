package dev.reveille.e2e.chaos;

/**
 * A request that has no right answer.
 *
 * @param carrier the address of the activator that its connection leads to
 * @param status of the answer; 0: the connection ended instead
 * @param reason the refusal's word, or how the connection ended
 */
public record Miss(
    long id,
    Target target,
    String carrier,
    long sentNanos,
    long endedNanos,
    int status,
    String reason) {

  boolean isAnswered() {
    return status != 0;
  }

  @Override
  public String toString() {
    return "request %d of %s by %s after %d ms: %s %s"
        .formatted(
            id,
            target.name(),
            carrier,
            (endedNanos - sentNanos) / 1_000_000,
            isAnswered() ? "answered " + status : "cut",
            reason);
  }
}
