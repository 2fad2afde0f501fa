package dev.reveille.activator.backend;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.reveille.activator.Wire;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.measure.Timeline;
import dev.reveille.activator.measure.Way;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod's report that it can serve, or why it cannot (the wire contract's hello).
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
  private static final Map<String, Mark> STEPS =
      Map.of(
          "claimed",
          Mark.CLAIMED,
          "main",
          Mark.MAIN,
          "http",
          Mark.HTTP,
          "fetched",
          Mark.FETCHED,
          "session",
          Mark.SESSION,
          "warm",
          Mark.WARM);

  public Hello {
    uid = uid == null ? "" : uid;
    revision = revision == null ? "" : revision;
    modelId = modelId == null ? "" : modelId;
    instance = instance == null ? "" : instance;
    state = state == null ? "" : state;
    reason = reason == null ? "" : reason;
    message = message == null ? "" : message;
  }

  public boolean isReady() {
    return state.equals("ready");
  }

  /** From a pod of a warm pool that was claimed. */
  public boolean isBridge() {
    return revision.startsWith(Wire.BRIDGE_REVISION);
  }

  public boolean isFailed() {
    return state.equals("failed");
  }

  /** Puts the pod's own steps on our clock: it sent this as it arrived. */
  public void align(Timeline target, long arrived) {
    if (target.arrived()) {
      return;
    }
    target.arrive(isBridge() ? Way.POOL : Way.POD, arrived);
    if (timeline == null || timeline.get("sent") == null) {
      return;
    }
    long started = arrived - (long) (timeline.get("sent") * 1e6);
    target.mark(Mark.PROCESS, started);
    STEPS.forEach(
        (step, mark) -> {
          Double millis = timeline.get(step);
          if (millis != null) {
            target.mark(mark, started + (long) (millis * 1e6));
          }
        });
  }
}
