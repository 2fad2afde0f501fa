package dev.reveille.activator.gate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Who waits, first come first served. Whoever was let through and comes back goes before all who
 * never were: it came before them. Guarded by the gate's lock.
 */
final class Line {
  private final LinkedHashSet<Ticket> waiting = new LinkedHashSet<>();

  /** By the time they came; seldom more than a few. */
  private final List<Ticket> returned = new ArrayList<>();

  private long bytes;

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    return waiting.size() + returned.size();
  }

  long bytes() {
    return bytes;
  }

  /** What it is full of, when one more does not fit. */
  Optional<String> full(Ticket next, Bounds bounds) {
    if (size() >= bounds.maxQueued()) {
      return Optional.of(size() + " requests");
    }
    return bytes + next.bytes() > bounds.maxQueuedBytes()
        ? Optional.of(bytes + " bytes")
        : Optional.empty();
  }

  /** At the end. */
  void add(Ticket ticket) {
    waiting.addLast(ticket);
    bytes += ticket.bytes();
  }

  /** At the place that it had. */
  void putBack(Ticket ticket) {
    int place = returned.size();
    while (place > 0 && returned.get(place - 1).queuedAt() - ticket.queuedAt() > 0) {
      place--;
    }
    returned.add(place, ticket);
    bytes += ticket.bytes();
  }

  Ticket first() {
    return returned.isEmpty() ? waiting.getFirst() : returned.getFirst();
  }

  /** True when it was there. */
  boolean remove(Ticket ticket) {
    boolean was = waiting.remove(ticket) || returned.remove(ticket);
    bytes -= was ? ticket.bytes() : 0;
    return was;
  }

  /** All of them; the line is empty then. */
  List<Ticket> drain() {
    List<Ticket> all = new ArrayList<>(returned);
    all.addAll(waiting);
    returned.clear();
    waiting.clear();
    bytes = 0;
    return all;
  }
}
