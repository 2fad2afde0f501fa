package dev.reveille.activator.backend;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.measure.Timeline;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod's report that it can serve, or why it cannot (the wire contract's hello). Pods are not
 * trusted beyond their own endpoint: words and figures are bounded here.
 *
 * @param state starting, ready or failed
 * @param timeline milliseconds since the pod's process started, by step
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Hello(
    String uid,
    String revision,
    String modelId,
    String instance,
    int port,
    String state,
    String reason,
    String message,
    @Nullable Map<String, Double> timeline) {
  private static final int MOST_MESSAGE = 2000;
  private static final int MOST_WORD = 128;
  private static final double LONGEST_START_MILLIS = 3_600_000;
  private static final Map<String, Mark> STEPS =
      Map.of(
          "main", Mark.MAIN,
          "http", Mark.HTTP,
          "fetched", Mark.FETCHED,
          "session", Mark.SESSION,
          "warm", Mark.WARM);

  public Hello {
    uid = text(uid, MOST_WORD);
    revision = text(revision, MOST_WORD);
    modelId = text(modelId, MOST_WORD);
    instance = text(instance, MOST_WORD);
    state = text(state, MOST_WORD);
    reason = isWord(reason) ? reason : "ModelFailed";
    message = text(message, MOST_MESSAGE);
  }

  public boolean isReady() {
    return state.equals("ready");
  }

  public boolean isFailed() {
    return state.equals("failed");
  }

  /** What is wrong with it; empty when nothing is. */
  public Optional<String> problem() {
    if (uid.isEmpty()) {
      return Optional.of("uid is missing");
    }
    if (!isReady() && !isFailed()) {
      return Optional.of("state is ready or failed");
    }
    if (isReady() && (instance.isEmpty() || port < 1 || port > 65535)) {
      return Optional.of("a pod that is ready says its instance and port");
    }
    return Optional.empty();
  }

  /** Puts the pod's own steps on our clock: it sent this as it arrived. */
  public void align(Timeline target, long arrived) {
    target.mark(Mark.HELLO, arrived);
    Optional<Double> sent = millis("sent");
    if (sent.isEmpty()) {
      return;
    }
    long started = arrived - (long) (sent.get() * 1e6);
    target.mark(Mark.PROCESS, started);
    STEPS.forEach(
        (step, mark) ->
            millis(step).ifPresent(at -> target.mark(mark, started + (long) (at * 1e6))));
  }

  private Optional<Double> millis(String step) {
    return Optional.ofNullable(timeline)
        .map(steps -> steps.get(step))
        .filter(at -> at >= 0 && at <= LONGEST_START_MILLIS);
  }

  private static String text(@Nullable String value, int most) {
    if (value == null) {
      return "";
    }
    return value.length() <= most ? value : value.substring(0, most);
  }

  private static boolean isWord(@Nullable String reason) {
    return reason != null
        && !reason.isEmpty()
        && reason.length() <= 64
        && Character.isUpperCase(reason.charAt(0))
        && reason.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c));
  }
}
