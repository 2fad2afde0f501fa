package dev.reveille.activator.endpoint;

import dev.reveille.activator.measure.Timeline;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One wake, from the first request that waits to the first that is answered.
 *
 * @param recorded whether its cold start was recorded: the first answer's counts
 * @param claimed whether a pod of the warm pool was asked for: once a wake
 */
public record Wake(Timeline timeline, AtomicBoolean recorded, AtomicBoolean claimed) {
  static Wake begin() {
    return new Wake(new Timeline(), new AtomicBoolean(), new AtomicBoolean());
  }
}
