package dev.reveille.e2e.chaos;

/**
 * What was done to the system, when, and to whom.
 *
 * @param address of the pod, as its peers see it; empty when it is no pod
 * @param endpoint whose pod it was; empty when it was none's
 * @param beganNanos nothing of it happened before
 * @param endedNanos by then it was done
 */
public record Strike(
    Kind kind, String victim, String address, String endpoint, long beganNanos, long endedNanos) {

  /** The ways to strike. */
  public enum Kind {
    OPERATOR_KILLED("operator, SIGKILL"),
    OPERATOR_STOPPED("operator, deleted"),
    OPERATOR_PAUSED("operator, paused past its fences"),
    ACTIVATOR_KILLED("activator, SIGKILL"),
    ACTIVATOR_STOPPED("activator, deleted"),
    ACTIVATOR_PAUSED("activator, paused"),
    MODEL_KILLED("model pod, SIGKILL"),
    MODEL_STOPPED("model pod, deleted"),
    API_PAUSED("API server, paused");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
