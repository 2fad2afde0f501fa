package dev.reveille.activator.endpoint;

import dev.reveille.activator.Wire;
import dev.reveille.activator.gate.Gate;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.crds.InferenceEndpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Blocks the gate for as long as the operator says that nothing can serve. What may pass by itself,
 * such as a node that is full until a pod has ended, is given a moment before callers are told.
 */
final class Obstruction {
  /** With what the operator and the watch need, callers know within ten seconds. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

  /** A container that exits for the second time is restarted after 10 s (kubelet's back-off). */
  static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Gate gate;
  private @Nullable Obstacle known;
  private boolean served;
  private long since;

  Obstruction(Gate gate) {
    this.gate = gate;
  }

  /** The resource as it is now; says whether what stood in the way is out of it. */
  synchronized boolean see(InferenceEndpoint resource, long now) {
    Obstacle before = known;
    known = Standing.obstacle(resource).orElse(null);
    if (known != null && (before == null || !reason(before).equals(reason(known)))) {
      since = now;
    }
    tell(now);
    return before != null && known == null;
  }

  private static String reason(Obstacle obstacle) {
    return obstacle.refusal().reason();
  }

  /** To be called now and then while somebody waits. */
  synchronized void tell(long now) {
    Obstacle obstacle = known;
    if (obstacle != null && (!obstacle.passes() || now - since >= patience(obstacle))) {
      Refusal why = obstacle.refusal();
      gate.block(why);
    }
  }

  private long patience(Obstacle obstacle) {
    return served && reason(obstacle).equals(Wire.CRASHING) ? RESTART_NANOS : PATIENCE_NANOS;
  }

  /** A pod of it can serve: what crashes after that is worth its restart. */
  synchronized void served() {
    served = true;
  }

  /** Its spec did: what served before says nothing of what is to come. */
  synchronized void changed() {
    served = false;
  }

  /** It was put to sleep: the next wake is a new try, whatever the status still says. */
  synchronized void forget() {
    known = null;
    served = false;
  }
}
