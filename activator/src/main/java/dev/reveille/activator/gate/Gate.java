package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The waiting room of one endpoint and the door to its backends. One lock guards all of its state;
 * decisions are made under it, tickets are called outside it. Time is passed in.
 *
 * <pre>
 *   admit ──► Forward (a backend is free to choose)
 *         ├─► Wait ──pump──► forward │ expire, cancel
 *         └─► Refuse (full, blocked, or shut)
 * </pre>
 */
public final class Gate implements Door {
  private final Line line = new Line();
  private final Balance balance = new Balance();
  private final Fence fence = new Fence();
  private final Demand demand;
  private Bounds bounds;
  private int inFlight;
  private @Nullable Refusal blocked;
  private @Nullable Refusal shut;

  public Gate(Bounds bounds, long now) {
    this.bounds = bounds;
    this.demand = new Demand(now);
  }

  public void bound(Bounds changed, long now) {
    synchronized (this) {
      bounds = changed;
    }
    pump(now);
  }

  @Override
  public synchronized Admission admit(Ticket ticket, int retryAfterSeconds, long now) {
    demand.came(now, balance.reachable().isEmpty());
    Optional<Lease> lease = line.isEmpty() ? lease(null, now) : Optional.empty();
    if (lease.isPresent()) {
      counted(now);
      return new Admission.Forward(lease.get());
    }
    Optional<Refusal> refusal =
        refusal()
            .or(
                () ->
                    line.full(ticket, bounds).map(of -> Refusal.queueFull(of, retryAfterSeconds)));
    if (refusal.isPresent()) {
      return new Admission.Refuse(refusal.get());
    }
    line.add(ticket);
    counted(now);
    return new Admission.Wait();
  }

  @Override
  public Admission readmit(Ticket ticket, Lease failed, long now) {
    List<Call> calls;
    Admission admission = new Admission.Wait();
    synchronized (this) {
      giveBack(failed);
      line.putBack(ticket);
      calls = next(ticket, failed.slot(), now);
      Optional<Refusal> refusal = refusal();
      if (refusal.isPresent() && line.remove(ticket)) {
        admission = new Admission.Refuse(refusal.get());
      }
      counted(now);
    }
    for (Call call : calls) {
      if (call.ticket().equals(ticket)) {
        admission = new Admission.Forward(call.lease());
      } else {
        call.make();
      }
    }
    return admission;
  }

  @Override
  public void finish(Lease lease, long now) {
    List<Call> calls;
    synchronized (this) {
      giveBack(lease);
      calls = next(null, null, now);
    }
    calls.forEach(Call::make);
  }

  /** The lease's backend began to answer it. */
  public synchronized void answered(Lease lease, long now) {
    balance.answered(lease, now);
  }

  /** The lease's backend failed it; says whether it is left out for that from now on. */
  public synchronized boolean failed(Lease lease, Fault fault, long now) {
    return balance.failed(lease, fault, now);
  }

  @Override
  public synchronized boolean cancel(Ticket ticket, long now) {
    boolean was = line.remove(ticket);
    counted(now);
    return was;
  }

  /** A backend can serve; what waits goes to it. */
  public void add(Backend backend, long now) {
    synchronized (this) {
      demand.served(now, balance.reachable().isEmpty());
      balance.add(backend, now);
      blocked = null;
    }
    pump(now);
  }

  /** Backends that are no more; what runs on them is left to end. Says whether there were any. */
  public synchronized boolean remove(Predicate<Backend> gone) {
    return balance.remove(gone);
  }

  /** Removes the bridges that have nothing to do, if there is a backend that is none. */
  public synchronized List<Backend> retireBridges() {
    return balance.retireBridges();
  }

  /** Bridges, and how much runs on each. */
  public synchronized Map<Backend, Integer> bridges() {
    return balance.bridges();
  }

  /** Those that are left out as well. */
  public synchronized List<Backend> backends() {
    return balance.all();
  }

  /** A backend there can be connected to, as far as we know. */
  public synchronized boolean reaches(String host) {
    return balance.reachable().keySet().stream().anyMatch(each -> each.host().equals(host));
  }

  /** Who fails requests: left out, or kept for want of another. */
  public synchronized List<Ejection> failing() {
    return balance.failing();
  }

  /** Chooses no backend until the fence is lifted or its time is over; empty if it is already. */
  public synchronized Optional<Census> fence(String id, long until, long now) {
    return fence.raise(id, until, now) ? Optional.of(census(now)) : Optional.empty();
  }

  public synchronized boolean isFenced(String id, long now) {
    return fence.stands(id, now);
  }

  public void unfence(String id, long now) {
    synchronized (this) {
      fence.lift(id);
    }
    pump(now);
  }

  /** If nothing can serve, requests get this answer, those that wait as well. */
  public void block(Refusal why) {
    List<Ticket> refused = List.of();
    synchronized (this) {
      if (balance.reachable().isEmpty()) {
        blocked = why;
        refused = line.drain();
        demand.refused(inFlight);
      }
    }
    refused.forEach(ticket -> ticket.refuse(why));
  }

  public synchronized void unblock() {
    blocked = null;
  }

  /** The endpoint is gone: whoever waits is told so. */
  public void close(Refusal why) {
    remove(every -> true);
    shut(why);
  }

  /** Every request gets this answer from now on, those that wait as well; what runs is left. */
  public void shut(Refusal why) {
    List<Ticket> refused;
    synchronized (this) {
      shut = why;
      refused = line.drain();
      demand.refused(inFlight);
    }
    refused.forEach(ticket -> ticket.refuse(why));
  }

  public synchronized void open() {
    shut = null;
  }

  /** Why nothing is let in now; empty when requests are forwarded or wait. */
  public synchronized Optional<Refusal> refusal() {
    return Optional.ofNullable(
        shut != null ? shut : balance.reachable().isEmpty() ? blocked : null);
  }

  /** A backend for a request that is no demand: it is neither counted nor waits. */
  public synchronized Optional<Backend> glimpse(long now) {
    return isClosed(now) ? Optional.empty() : balance.glimpse();
  }

  /** Forwards what waits, as far as backends can be chosen; first come, first served. */
  public void pump(long now) {
    List<Call> calls;
    synchronized (this) {
      calls = next(null, null, now);
    }
    calls.forEach(Call::make);
  }

  public synchronized Census census(long now) {
    Map<Backend, Integer> reachable = balance.reachable();
    int bridges = (int) reachable.keySet().stream().filter(Backend::isBridge).count();
    return new Census(
        inFlight,
        line.size(),
        reachable.size(),
        bridges,
        balance.ejected().size(),
        fence.stands(now),
        blocked != null);
  }

  /** Nobody waits and nobody could serve: time alone changes nothing here. */
  public synchronized boolean isAtRest() {
    return line.isEmpty() && balance.isEmpty();
  }

  /** What is asked of the endpoint, averaged over the last seconds. */
  public synchronized Demand.Figures demand(long now) {
    return demand.figures(now);
  }

  /** How long nothing has begun, run or waited, in nanoseconds. */
  public synchronized long idleNanos(long now) {
    return demand.idleNanos(now);
  }

  /** When the request that waits longest came; empty when none waits. */
  public synchronized Optional<Long> oldest() {
    return line.isEmpty() ? Optional.empty() : Optional.of(line.first().queuedAt());
  }

  /** Whose turn it is; {@code returned} rather not where it failed. */
  private List<Call> next(@Nullable Ticket returned, @Nullable Slot avoided, long now) {
    List<Call> calls = new ArrayList<>();
    Optional<Lease> lease;
    while (!line.isEmpty()
        && (lease = lease(line.first().equals(returned) ? avoided : null, now)).isPresent()) {
      Ticket first = line.first();
      line.remove(first);
      calls.add(new Call(first, lease.get()));
    }
    counted(now);
    return calls;
  }

  /** Wherever what runs or waits may have changed. */
  private void counted(long now) {
    demand.level(inFlight + line.size(), now);
  }

  private boolean isClosed(long now) {
    return shut != null || fence.stands(now);
  }

  private Optional<Lease> lease(@Nullable Slot avoided, long now) {
    Optional<Lease> lease =
        isClosed(now) ? Optional.empty() : balance.choose(bounds.perBackend(), avoided, now);
    inFlight += lease.isPresent() ? 1 : 0;
    return lease;
  }

  private void giveBack(Lease lease) {
    if (lease.giveBack()) {
      inFlight--;
      balance.giveBack(lease);
    }
  }
}
