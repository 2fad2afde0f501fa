package dev.reveille.modelserver.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * When each step of the start was reached, in milliseconds since the process started. On Linux
 * {@code System.nanoTime} counts from the boot, as the start time in /proc does, so that the JVM's
 * own start is in it. /proc counts in clock ticks of 10 ms and nothing finer is to be had: the
 * middle of the tick is taken, which is right to ±5 ms.
 */
public final class Timeline {
  /** The steps, in order; the names are those of the hello's timeline. */
  public enum Step {
    MAIN("main"),
    HTTP("http"),
    CLAIMED("claimed"),
    FETCHED("fetched"),
    SESSION("session"),
    WARM("warm"),
    SENT("sent");

    private final String label;

    Step(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  private static final long NANOS_PER_TICK = 10_000_000L;
  private static final long PLAUSIBLE_NANOS = 600_000_000_000L;

  private final long startNanos;
  private final Map<Step, Long> reached = new EnumMap<>(Step.class);

  /** A timeline that begins at {@code startNanos}. */
  public Timeline(long startNanos) {
    this.startNanos = startNanos;
  }

  /** The timeline of this process; where its start cannot be told, it begins now. */
  public static Timeline ofThisProcess(long now) {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      long ticks = startTicks(stat);
      long start = ticks * NANOS_PER_TICK + NANOS_PER_TICK / 2;
      return new Timeline(start <= now && now - start < PLAUSIBLE_NANOS ? start : now);
    } catch (IOException | RuntimeException e) {
      return new Timeline(now);
    }
  }

  /** Field 22 of /proc/PID/stat; the second field may hold spaces and is closed by ')'. */
  static long startTicks(String stat) {
    int at = stat.lastIndexOf(')') + 1;
    for (int field = 3; field < 23; field++) {
      at = stat.indexOf(' ', at) + 1;
    }
    return Long.parseLong(stat.substring(at, stat.indexOf(' ', at)));
  }

  public synchronized void reach(Step step, long now) {
    reached.putIfAbsent(step, now - startNanos);
  }

  /** As {@link #reach}, for a step that is taken until it succeeds: the last time counts. */
  public synchronized void again(Step step, long now) {
    reached.put(step, now - startNanos);
  }

  /** Milliseconds from the start of the process to {@code step}; negative when not reached. */
  public synchronized double millis(Step step) {
    Long nanos = reached.get(step);
    return nanos == null ? -1 : nanos / 1e6;
  }
}
