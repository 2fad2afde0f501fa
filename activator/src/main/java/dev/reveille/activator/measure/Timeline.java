package dev.reveille.activator.measure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The marks of one cold start, on this process's monotonic clock, in nanoseconds. Its phases add up
 * to the whole exactly. A mark that lies before its predecessor (steps that ran side by side, the
 * clocks of other processes) takes no time; what an expected mark that is missing leaves open is a
 * phase of its own.
 */
public final class Timeline {
  /** The phase that ends where a mark was expected before and is missing. */
  public static final String UNEXPLAINED = "unexplained";

  /** What we see of the cluster we see late: each of these was so before the next one was. */
  private static final List<Mark> SEEN_LATE =
      List.of(Mark.PROCESS, Mark.SCHEDULED, Mark.CREATED, Mark.SCALED);

  private final Map<Mark, Long> marks = new EnumMap<>(Mark.class);
  private Way way = Way.POD;
  private boolean arrived;

  /** A phase and how long it took. */
  public record Phase(String name, double millis) {}

  /**
   * A cold start that ended: first request queued → first response byte.
   *
   * @param path pod or pool
   * @param instance the process that answered; empty for servers that are not ours
   */
  public record ColdStart(
      long atMillis, String path, String instance, double totalMillis, List<Phase> phases) {
    public ColdStart {
      phases = List.copyOf(phases);
    }
  }

  /** The first word counts: a mark that stands is not moved. */
  public synchronized void mark(Mark mark, long nanos) {
    marks.putIfAbsent(mark, nanos);
  }

  /** The wake has its first backend, which came this way; later ones change nothing. */
  public synchronized void arrive(Way came, long nanos) {
    if (!arrived) {
      arrived = true;
      way = came;
      marks.putIfAbsent(came.arrival(), nanos);
    }
  }

  public synchronized boolean arrived() {
    return arrived;
  }

  public synchronized Way way() {
    return way;
  }

  public synchronized boolean has(Mark mark) {
    return marks.containsKey(mark);
  }

  public synchronized long at(Mark mark, long absent) {
    return marks.getOrDefault(mark, absent);
  }

  /** The phases seen by a request that was queued, forwarded and answered at these moments. */
  public synchronized List<Phase> phases(long queued, long forwarded, long firstByte) {
    Map<Mark, Long> at = new EnumMap<>(marks);
    at.put(Mark.FORWARDED, forwarded);
    at.put(Mark.FIRST_BYTE, firstByte);
    at.remove(Mark.QUEUED);
    at.keySet().removeIf(mark -> !isShown(mark));
    notLaterThanTheNext(at);
    List<Phase> phases = new ArrayList<>();
    long before = queued;
    boolean gap = false;
    for (Mark mark : Mark.values()) {
      Long reached = at.get(mark);
      if (reached == null) {
        gap = gap || way.expects(mark);
      } else {
        long upTo = Math.max(before, Math.min(reached, firstByte));
        phases.add(new Phase(gap ? UNEXPLAINED : mark.phase(), (upTo - before) / 1e6));
        before = upTo;
        gap = false;
      }
    }
    return phases;
  }

  private boolean isShown(Mark mark) {
    return switch (mark) {
      case FORWARDED, FIRST_BYTE, SOURCE -> true;
      default -> way.expects(mark);
    };
  }

  private static void notLaterThanTheNext(Map<Mark, Long> at) {
    @Nullable Long bound = null;
    for (Mark mark : SEEN_LATE) {
      Long reached = at.get(mark);
      if (reached != null) {
        bound = bound == null ? reached : Long.valueOf(Math.min(bound, reached));
        at.put(mark, bound);
      }
    }
  }
}
