package dev.reveille.activator.internal;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Census;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a fence of the operator's does to an endpoint, and its end. */
public final class Fencing {
  private static final int LONGEST_SECONDS = 60;

  private final InternalServer.Parts parts;

  public Fencing(InternalServer.Parts parts) {
    this.parts = parts;
  }

  /** From now on none of its backends is chosen: what runs and waits. Empty: it was over before. */
  public Optional<Census> put(Endpoint endpoint, String id, int seconds) {
    long now = parts.nanoTime().getAsLong();
    long length = TimeUnit.SECONDS.toNanos(Math.clamp(seconds, 1, LONGEST_SECONDS));
    return endpoint.gate().fence(id, now + length, now);
  }

  /** It stays up: what waits goes on. */
  public void lift(Endpoint endpoint, String id) {
    endpoint.gate().unfence(id, parts.nanoTime().getAsLong());
    parts.waker().wakeIfNeeded(endpoint);
  }

  /**
   * It was put to sleep: its backends are forgotten, and what waits wakes it again. Word that comes
   * when the fence is over speaks of pods that may have been followed by others since: those that
   * go say so themselves.
   */
  public void slept(Endpoint endpoint, String id) {
    long now = parts.nanoTime().getAsLong();
    if (endpoint.gate().isFenced(id, now)) {
      parts.waker().forget(endpoint.uid());
      endpoint.gate().bridges().keySet().forEach(each -> parts.pools().relieved(each.host()));
      endpoint.slept(parts.pods().hostsOf(endpoint.uid()), now);
    }
    lift(endpoint, id);
  }
}
