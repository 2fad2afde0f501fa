package dev.reveille.activator.measure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The marks of one cold start, on this process's monotonic clock, in nanoseconds. Its phases add up
 * to the whole exactly: a mark that is missing lends its time to the next phase, one that lies
 * before its predecessor (steps that ran side by side, clocks of other processes) takes none.
 */
public final class Timeline {
  private final Map<Mark, Long> marks = new EnumMap<>(Mark.class);

  /** A phase and how long it took. */
  public record Phase(String name, double millis) {}

  /** A cold start that ended: first request queued → first response byte. */
  public record ColdStart(long atMillis, double totalMillis, List<Phase> phases) {
    public ColdStart {
      phases = List.copyOf(phases);
    }
  }

  /** The first word counts: a mark that stands is not moved. */
  public synchronized void mark(Mark mark, long nanos) {
    marks.putIfAbsent(mark, nanos);
  }

  public synchronized boolean has(Mark mark) {
    return marks.containsKey(mark);
  }

  public synchronized long at(Mark mark, long absent) {
    return marks.getOrDefault(mark, absent);
  }

  /** The phases seen by a request that was queued, forwarded and answered at these moments. */
  public synchronized List<Phase> phases(long queued, long forwarded, long firstByte) {
    List<Phase> phases = new ArrayList<>();
    long before = queued;
    for (Mark mark : Mark.values()) {
      Long at =
          switch (mark) {
            case QUEUED -> null;
            case FORWARDED -> Long.valueOf(forwarded);
            case FIRST_BYTE -> Long.valueOf(firstByte);
            case SCALED, CREATED, SCHEDULED, PROCESS, MAIN, HTTP, FETCHED, SESSION, WARM, HELLO ->
                marks.get(mark);
          };
      if (at != null) {
        long upTo = Math.max(before, Math.min(at, firstByte));
        phases.add(new Phase(mark.phase(), (upTo - before) / 1e6));
        before = upTo;
      }
    }
    return phases;
  }
}
