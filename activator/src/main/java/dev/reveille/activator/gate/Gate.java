package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
public final class Gate {
  private final LinkedHashSet<Ticket> waiting = new LinkedHashSet<>();
  private final Map<Backend, int[]> outstanding = new LinkedHashMap<>();
  private volatile Bounds bounds;
  private long waitingBytes;
  private int inFlight;
  private long lastActive;
  private long fencedUntil;
  private boolean fenced;
  private @Nullable Refusal blocked;
  private @Nullable Refusal shut;

  public Gate(Bounds bounds, long now) {
    this.bounds = bounds;
    this.lastActive = now;
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
    Admission atOnce = atOnce(waiting.isEmpty(), now);
    if (atOnce != null) {
      return atOnce;
    }
    if (waiting.size() >= bounds.maxQueued()) {
      return new Admission.Refuse(
          Refusal.queueFull(waiting.size() + " requests", retryAfterSeconds));
    }
    if (waitingBytes + ticket.bytes() > bounds.maxQueuedBytes()) {
      return new Admission.Refuse(Refusal.queueFull(waitingBytes + " bytes", retryAfterSeconds));
    }
    enqueue(ticket);
    return new Admission.Wait();
  }

  /**
   * Takes a request back that its backend did not begin; it does not lose its place to the bounds.
   */
  public Admission readmit(Ticket ticket, Lease failed, long now) {
    synchronized (this) {
      giveBack(failed, now);
      Admission atOnce = atOnce(true, now);
      if (atOnce == null) {
        enqueue(ticket);
      }
      return atOnce == null ? new Admission.Wait() : atOnce;
    }
  }

  /** Nothing is let in, or it is the request's turn and a backend can be chosen; else null. */
  private @Nullable Admission atOnce(boolean turn, long now) {
    Optional<Admission> refused = refusal().map(Admission.Refuse::new);
    return refused
        .or(() -> turn ? lease(now).map(Admission.Forward::new) : Optional.empty())
        .orElse(null);
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
    return outstanding.entrySet().stream()
        .filter(entry -> entry.getKey().isBridge())
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()[0]));
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

  /** Every request gets this answer from now on, those that wait as well; what runs is left. */
  public void shut(Refusal why) {
    List<Ticket> refused;
    synchronized (this) {
      shut = why;
      refused = drain();
    }
    refused.forEach(ticket -> ticket.refuse(why));
  }

  /** No longer shut. */
  public synchronized void open() {
    shut = null;
  }

  /** Why nothing is let in now; empty when requests are forwarded or wait. */
  public synchronized Optional<Refusal> refusal() {
    return Optional.ofNullable(shut != null ? shut : outstanding.isEmpty() ? blocked : null);
  }

  /** A backend for a request that is no demand: it is neither counted nor waits. */
  public synchronized Optional<Backend> glimpse(long now) {
    return shut != null || isFenced(now)
        ? Optional.empty()
        : outstanding.keySet().stream().min(Comparator.comparing(Backend::isBridge));
  }

  /** The endpoint is gone: whoever waits is told so. */
  public void close(Refusal why) {
    remove(each -> true);
    shut(why);
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
    }
    calls.forEach(call -> call.ticket().forward(call.lease()));
  }

  public synchronized Census census(long now) {
    int bridges = (int) outstanding.keySet().stream().filter(Backend::isBridge).count();
    return new Census(
        inFlight, waiting.size(), outstanding.size(), bridges, isFenced(now), blocked != null);
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

  private void enqueue(Ticket ticket) {
    waiting.addLast(ticket);
    waitingBytes += ticket.bytes();
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
    int[] count = outstanding.get(lease.backend());
    if (count != null) {
      count[0]--;
    }
  }
}
