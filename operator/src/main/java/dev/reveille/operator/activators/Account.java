package dev.reveille.operator.activators;

import dev.reveille.operator.activators.LoadReport.EndpointLoad;
import dev.reveille.operator.activators.LoadReport.PoolPart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What one activator has told so far; immutable. An answer that brings nothing new of endpoints
 * leaves {@code endpoints} the very same map.
 *
 * @param version what it is asked for the next time: only what is newer
 * @param endpoints endpoint UID → what it said of it last
 */
record Account(
    String activator, String version, Map<String, Part> endpoints, List<PoolPart> pools) {
  static final Account NONE = new Account("", "", Map.of(), List.of());

  /**
   * One endpoint.
   *
   * @param idleSince on our monotonic clock, in nanoseconds; means nothing while it is busy
   */
  record Part(EndpointLoad load, long idleSince) {
    /**
     * @param now when the answer was here: a while after the idle time was told, never before
     */
    static Part of(EndpointLoad load, long now) {
      return new Part(load, now - TimeUnit.MILLISECONDS.toNanos(load.idleMillis()));
    }

    boolean isBusy() {
      return load.inFlight() > 0 || load.queued() > 0;
    }

    /** Clocks of this kind may be negative, and wrap around. */
    Part idleSinceAtLeast(long then) {
      return then - idleSince > 0 ? new Part(load, then) : this;
    }
  }

  /** With what a further answer says; empty when that does not fit to what was said before. */
  Optional<Account> after(LoadReport report, long now) {
    Map<String, Part> all = report.isFull() ? new HashMap<>() : endpoints;
    if (!report.endpoints().isEmpty()) {
      all = new HashMap<>(all);
      for (EndpointLoad load : report.endpoints()) {
        all.put(load.uid(), Part.of(load, now));
      }
    }
    return report.isFull() || report.known() == all.size()
        ? Optional.of(new Account(report.activator(), report.version(), all, report.pools()))
        : Optional.empty();
  }

  /**
   * With endpoints idle for no longer than by the last word of one that is gone: what ran there is
   * on its way to the others.
   *
   * @param now what it was busy with it was busy with until then
   */
  Account inheriting(Account gone, long now) {
    Map<String, Part> heirs = new HashMap<>(endpoints);
    heirs.replaceAll(
        (uid, own) -> {
          Part left = gone.endpoints.get(uid);
          return left == null ? own : own.idleSinceAtLeast(left.isBusy() ? now : left.idleSince);
        });
    return new Account(activator, version, heirs, pools);
  }
}
