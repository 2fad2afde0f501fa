package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.gate.Slot.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one endpoint, and which of them is next: the one with the fewest requests of
 * ours. Guarded by the gate's lock; time is passed in. A choice looks at each backend twice, which
 * is meant for up to some hundred of them.
 *
 * <p>Equals take turns, a fresh one less often, by its weight (start-time fair queueing, Goyal, Vin
 * and Cheng 1996): a backend's start tag is the later of the virtual time and its own finish tag;
 * the least start tag is next and becomes the virtual time; the finish tag lies 1/weight beyond it.
 * Whoever was passed over because it was slow has nothing to catch up with.
 */
final class Balance {
  private final List<Slot> slots = new ArrayList<>();

  /** Removed, and something runs on them still: it counts should they come back. */
  private final List<Slot> left = new ArrayList<>();

  private double virtualTime;

  /** A backend can serve; one that was out of reach is so no more. */
  void add(Backend backend, long now) {
    for (Slot known : slots) {
      if (known.is(backend)) {
        known.breaker = known.breaker.reached(now);
        return;
      }
    }
    Slot slot = returning(backend).orElseGet(() -> new Slot(backend, now));
    slot.backend = backend;
    slot.breaker = Breaker.fresh(now);
    slots.add(slot);
  }

  private Optional<Slot> returning(Backend backend) {
    Optional<Slot> known = left.stream().filter(slot -> slot.is(backend)).findFirst();
    known.ifPresent(left::remove);
    return known;
  }

  /** Says whether there were any. */
  boolean remove(Predicate<Backend> gone) {
    List<Slot> leaving = slots.stream().filter(slot -> gone.test(slot.backend)).toList();
    slots.removeAll(leaving);
    leaving.stream().filter(slot -> slot.running > 0).forEach(left::add);
    return !leaving.isEmpty();
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  List<Backend> all() {
    return slots.stream().map(slot -> slot.backend).toList();
  }

  /** Those that can be connected to, and how much runs on each. */
  Map<Backend, Integer> reachable() {
    Map<Backend, Integer> reachable = new LinkedHashMap<>();
    for (Slot slot : slots) {
      if (slot.breaker.isReachable()) {
        reachable.put(slot.backend, slot.running);
      }
    }
    return reachable;
  }

  /** Bridges that can be connected to, and how much runs on each. */
  Map<Backend, Integer> bridges() {
    Map<Backend, Integer> bridges = reachable();
    bridges.keySet().removeIf(backend -> !backend.isBridge());
    return bridges;
  }

  /** Removes the bridges that have nothing to do, if there is a backend that is none. */
  List<Backend> retireBridges() {
    if (!hasOwn()) {
      return List.of();
    }
    Map<Backend, Integer> idle = bridges();
    idle.values().removeIf(running -> running > 0);
    remove(idle::containsKey);
    return List.copyOf(idle.keySet());
  }

  /** The one with the least to do, one of its own rather than a bridge; nothing is counted. */
  Optional<Backend> glimpse() {
    return reachable().entrySet().stream()
        .min(
            Comparator.comparing((Map.Entry<Backend, Integer> each) -> each.getKey().isBridge())
                .thenComparing(Map.Entry::getValue))
        .map(Map.Entry::getKey);
  }

  List<Ejection> ejected() {
    List<Ejection> ejected = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.breaker instanceof Breaker.Open open) {
        ejected.add(new Ejection(slot.backend, open.why(), open.since(), false));
      }
    }
    return ejected;
  }

  /** Those, and those that would be, were there others. */
  List<Ejection> failing() {
    Stream<Ejection> kept = slots.stream().map(slot -> slot.kept).flatMap(Stream::ofNullable);
    return Stream.concat(ejected().stream(), kept).toList();
  }

  /** There is a backend of the endpoint's own that requests go to. */
  boolean hasOwn() {
    return slots.stream().anyMatch(slot -> !slot.backend.isBridge() && !slot.breaker.isOpen());
  }

  /**
   * The next one; empty when none may be chosen.
   *
   * @param limit so many at once on each at most; 0: no limit
   * @param avoided where it failed just now: only if no other has room
   */
  Optional<Lease> choose(int limit, @Nullable Slot avoided, long now) {
    Tier best = Tier.OUT_OF_REACH;
    for (Slot slot : slots) {
      Tier tier = slot.tier(now);
      best = tier.compareTo(best) < 0 ? tier : best;
    }
    Slot next = null;
    for (Slot slot : slots) {
      boolean may =
          best != Tier.OUT_OF_REACH
              && slot.tier(now) == best
              && (limit == 0 || slot.running < limit);
      if (may && (next == null || isBetter(slot, next, avoided, now))) {
        next = slot;
      }
    }
    return next == null ? Optional.empty() : Optional.of(take(next, now));
  }

  private boolean isBetter(Slot one, Slot other, @Nullable Slot avoided, long now) {
    if (one == avoided || other == avoided) {
      return other == avoided;
    }
    int byLoad = Double.compare(one.load(now), other.load(now));
    return byLoad == 0 ? startTag(one) < startTag(other) : byLoad < 0;
  }

  private double startTag(Slot slot) {
    return Math.max(virtualTime, slot.finish);
  }

  private Lease take(Slot slot, long now) {
    virtualTime = startTag(slot);
    slot.finish = virtualTime + 1 / slot.weight(now);
    boolean trial = slot.breaker.isDue(now);
    slot.breaker = trial ? slot.breaker.tried() : slot.breaker;
    slot.running++;
    return new Lease(slot, trial);
  }

  void giveBack(Lease lease) {
    Slot slot = lease.slot();
    slot.running--;
    slot.breaker = lease.isTrial() ? slot.breaker.untried() : slot.breaker;
    if (slot.running == 0) {
      left.remove(slot);
    }
  }

  /** The lease's request failed; says whether its backend is left out for that from now on. */
  boolean failed(Lease lease, Fault fault, long now) {
    Slot slot = lease.slot();
    boolean was = slot.breaker.isOpen();
    slot.breaker = slot.breaker.failed(fault, lease.isTrial(), isDispensable(), now);
    boolean spared =
        slot.breaker instanceof Breaker.Closed closed && closed.faults() >= Breaker.FAULTS_IN_A_ROW;
    if (!spared) {
      slot.kept = null;
    } else if (slot.kept == null) {
      slot.kept = new Ejection(slot.backend, fault, now, true);
    }
    return slot.breaker.isOpen() && (!was || lease.isTrial()) && slots.contains(slot);
  }

  /** Half of them stay, whatever they answer: rather a bad answer than none. */
  private boolean isDispensable() {
    long ejected = slots.stream().filter(slot -> slot.breaker.isOpen()).count();
    return (ejected + 1) * 2 <= slots.size();
  }

  void answered(Lease lease, long now) {
    Slot slot = lease.slot();
    slot.breaker = slot.breaker.answered(lease.isTrial(), now);
    slot.kept = null;
  }
}
