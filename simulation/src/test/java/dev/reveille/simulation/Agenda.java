package dev.reveille.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Virtual time and what is due in it, one thing at a time, in an order that the seed decides. */
final class Agenda {
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final @Nullable List<String> trace;
  private long now;
  private long planned;
  private long done;

  Agenda(boolean traced) {
    trace = traced ? new ArrayList<>() : null;
  }

  private record Due(long at, long number, Party party, int life, Runnable what)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  long now() {
    return now;
  }

  /** How many things were done. */
  long steps() {
    return done;
  }

  /** {@code party} does it after {@code delay}, if it lives on until then. */
  void after(long delay, Party party, Runnable what) {
    queue.add(new Due(now + Math.max(0, delay), planned++, party, party.life, what));
  }

  /** Does the next thing; whose it was, or null when nothing is due before {@code end}. */
  @Nullable Party step(long end) {
    while (!queue.isEmpty() && queue.peek().at() <= end) {
      Due due = queue.remove();
      now = due.at();
      if (due.party().life != due.life()) {
        continue;
      }
      if (due.party().frozenUntil > now) {
        queue.add(
            new Due(due.party().frozenUntil, due.number(), due.party(), due.life(), due.what()));
        continue;
      }
      done++;
      due.what().run();
      return due.party();
    }
    now = end;
    return null;
  }

  void tell(Supplier<String> what) {
    if (trace != null) {
      trace.add(Time.text(now) + "  " + what.get());
    }
  }

  List<String> trace() {
    return trace == null ? List.of() : trace;
  }
}
