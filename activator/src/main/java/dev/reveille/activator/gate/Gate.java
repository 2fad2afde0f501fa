package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 *         └─► Refuse (full, or blocked)
 * </pre>
 */
public final class Gate {
  private final LinkedHashSet<Ticket> waiting = new LinkedHashSet<>();
  private final Map<Backend, int[]> outstanding = new LinkedHashMap<>();
  private final Demand demand;
  private volatile Bounds bounds;
  private long waitingBytes;
  private int inFlight;
  private long lastActive;
  private long fencedUntil;
  private boolean fenced;
  private @Nullable Refusal blocked;

  public Gate(Bounds bounds, long now) {
    this.bounds = bounds;
    this.lastActive = now;
    this.demand = new Demand(now);
  }

  /**
   * What the gate holds.
   *
   * @param bridges how many of the backends are bridges
   */
  public record Census(
      int inFlight, int queued, int backends, int bridges, boolean fenced, boolean blocked) {}

  /** A ticket and what it is to be told. */
  private record Call(Ticket ticket, Lease lease) {}

  public void bound(Bounds now) {
    bounds = now;
  }

  /** Decides about a new request. */
  public synchronized Admission admit(Ticket ticket, int retryAfterSeconds, long now) {
    lastActive = now;
    demand.came(now);
    Optional<Lease> lease = waiting.isEmpty() ? lease(now) : Optional.empty();
    if (lease.isPresent()) {
      return new Admission.Forward(lease.get());
    }
    if (blocked != null && outstanding.isEmpty()) {
      return new Admission.Refuse(blocked);
    }
    if (waiting.size() >= bounds.maxQueued()) {
      return new Admission.Refuse(
          Refusal.queueFull(waiting.size() + " requests", retryAfterSeconds));
    }
    if (waitingBytes + ticket.bytes() > bounds.maxQueuedBytes()) {
      return new Admission.Refuse(Refusal.queueFull(waitingBytes + " bytes", retryAfterSeconds));
    }
    enqueue(ticket, now);
    return new Admission.Wait();
  }

  /**
   * Takes a request back that its backend did not begin; it does not lose its place to the bounds.
   */
  public Admission readmit(Ticket ticket, Lease failed, long now) {
    synchronized (this) {
      giveBack(failed, now);
      Optional<Lease> lease = lease(now);
      if (lease.isPresent()) {
        return new Admission.Forward(lease.get());
      }
      if (blocked != null && outstanding.isEmpty()) {
        return new Admission.Refuse(blocked);
      }
      enqueue(ticket, now);
      return new Admission.Wait();
    }
  }

  /** The request is over, one way or another. */
  public synchronized void finish(Lease lease, long now) {
    giveBack(lease, now);
  }

  /** It left, or waited too long; true when it was still waiting. */
  public synchronized boolean cancel(Ticket ticket, long now) {
    boolean was = waiting.remove(ticket);
    if (was) {
      waitingBytes -= ticket.bytes();
      lastActive = now;
      counted(now);
    }
    return was;
  }

  /** A backend can serve; what waits goes to it. */
  public void add(Backend backend, long now) {
    synchronized (this) {
      outstanding.putIfAbsent(backend, new int[1]);
      blocked = null;
    }
    pump(now);
  }

  /** Backends that are no more; what runs on them is left to end. Says whether there were any. */
  public synchronized boolean remove(Predicate<Backend> gone) {
    return outstanding.keySet().removeIf(gone);
  }

  /** Removes the bridges that have nothing to do, if there is a backend that is none. */
  public synchronized List<Backend> retireBridges() {
    if (outstanding.keySet().stream().allMatch(Backend::isBridge)) {
      return List.of();
    }
    List<Backend> idle =
        outstanding.entrySet().stream()
            .filter(entry -> entry.getKey().isBridge() && entry.getValue()[0] == 0)
            .map(Map.Entry::getKey)
            .toList();
    idle.forEach(outstanding::remove);
    return idle;
  }

  /** Bridges, and how much runs on each. */
  public synchronized Map<Backend, Integer> bridges() {
    Map<Backend, Integer> bridges = new LinkedHashMap<>();
    outstanding.forEach(
        (backend, count) -> {
          if (backend.isBridge()) {
            bridges.put(backend, count[0]);
          }
        });
    return bridges;
  }

  public synchronized List<Backend> backends() {
    return List.copyOf(outstanding.keySet());
  }

  /** Chooses no backend until the fence is lifted or its time is over. */
  public synchronized Census fence(long until, long now) {
    fenced = true;
    fencedUntil = until;
    return census(now);
  }

  public void unfence(long now) {
    synchronized (this) {
      fenced = false;
    }
    pump(now);
  }

  /** If nothing can serve, requests get this answer, those that wait as well. */
  public void block(Refusal why) {
    List<Ticket> refused;
    synchronized (this) {
      if (!outstanding.isEmpty()) {
        return;
      }
      blocked = why;
      refused = drain();
    }
    refused.forEach(ticket -> ticket.refuse(why));
  }

  public synchronized void unblock() {
    blocked = null;
  }

  /** The endpoint is gone: whoever waits is told so. */
  public void close(Refusal why) {
    List<Ticket> refused;
    synchronized (this) {
      outstanding.clear();
      blocked = why;
      refused = drain();
    }
    refused.forEach(ticket -> ticket.refuse(why));
  }

  /** Forwards what waits, as far as backends can be chosen; first come, first served. */
  public void pump(long now) {
    List<Call> calls = new ArrayList<>();
    synchronized (this) {
      Optional<Lease> lease;
      while (!waiting.isEmpty() && (lease = lease(now)).isPresent()) {
        Ticket ticket = waiting.removeFirst();
        waitingBytes -= ticket.bytes();
        calls.add(new Call(ticket, lease.get()));
      }
      counted(now);
    }
    calls.forEach(call -> call.ticket().forward(call.lease()));
  }

  public synchronized Census census(long now) {
    int bridges = (int) outstanding.keySet().stream().filter(Backend::isBridge).count();
    return new Census(
        inFlight, waiting.size(), outstanding.size(), bridges, isFenced(now), blocked != null);
  }

  /** What is asked of the endpoint, averaged over the last seconds. */
  public synchronized Demand.Figures demand(long now) {
    return demand.figures(now);
  }

  /** How long nothing has begun, run or waited, in nanoseconds. */
  public synchronized long idleNanos(long now) {
    return inFlight > 0 || !waiting.isEmpty() ? 0 : Math.max(0, now - lastActive);
  }

  /** When the request that waits longest came; empty when none waits. */
  public synchronized Optional<Long> oldest() {
    return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.getFirst().queuedAt());
  }

  private List<Ticket> drain() {
    List<Ticket> all = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    return all;
  }

  private void enqueue(Ticket ticket, long now) {
    waiting.addLast(ticket);
    waitingBytes += ticket.bytes();
    counted(now);
  }

  /** Wherever what runs or waits has changed; those refused by a block count until the next. */
  private void counted(long now) {
    demand.level(inFlight + waiting.size(), now);
  }

  private boolean isFenced(long now) {
    fenced = fenced && now - fencedUntil < 0;
    return fenced;
  }

  /** The backend with the fewest requests of ours; empty when none may be chosen. */
  private Optional<Lease> lease(long now) {
    if (outstanding.isEmpty() || isFenced(now)) {
      return Optional.empty();
    }
    Iterator<Map.Entry<Backend, int[]>> entries = outstanding.entrySet().iterator();
    Map.Entry<Backend, int[]> least = entries.next();
    while (entries.hasNext()) {
      Map.Entry<Backend, int[]> entry = entries.next();
      least = isBetter(entry, least) ? entry : least;
    }
    least.getValue()[0]++;
    inFlight++;
    counted(now);
    return Optional.of(new Lease(least.getKey()));
  }

  /** A bridge only while there is nothing else. */
  private static boolean isBetter(Map.Entry<Backend, int[]> one, Map.Entry<Backend, int[]> other) {
    return one.getKey().isBridge() == other.getKey().isBridge()
        ? one.getValue()[0] < other.getValue()[0]
        : other.getKey().isBridge();
  }

  private void giveBack(Lease lease, long now) {
    if (!lease.giveBack()) {
      return;
    }
    inFlight--;
    lastActive = now;
    counted(now);
    int[] count = outstanding.get(lease.backend());
    if (count != null) {
      count[0]--;
    }
  }
}
