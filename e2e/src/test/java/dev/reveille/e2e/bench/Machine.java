package dev.reveille.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The machine that all of this runs on, and how much it computes, as /proc has it. */
final class Machine {
  private static final Path PROC = Path.of("/proc");

  /** A tick of its clocks (proc(5), USER_HZ: 100 a second on every Linux we know). */
  private static final double TICK_MILLIS = 10;

  /**
   * Busy cores up to which a machine is called quiet: a cluster that has nothing to do needs 0.2.
   */
  static final double QUIET_CORES = 0.5;

  private static final Duration LISTENING = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Machine() {}

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * CPU time in milliseconds, of the whole machine with everybody on it, and of the processes that
   * are seen from here: on the throwaway cluster's node those are the cluster's, this one left out.
   */
  record Work(double machine, double cluster) {
    Work minus(Work other) {
      return new Work(machine - other.machine, cluster - other.cluster);
    }

    Work times(double factor) {
      return new Work(machine * factor, cluster * factor);
    }
  }

  /** Since the machine started. */
  static Work work() {
    try (Stream<String> lines = Files.lines(PROC.resolve("stat"));
        Stream<Path> processes = Files.list(PROC)) {
      String own = Long.toString(ProcessHandle.current().pid());
      return new Work(
          busyMillis(lines.findFirst().orElseThrow()),
          processes
              .filter(process -> process.getFileName().toString().matches("[0-9]+"))
              .filter(process -> !process.getFileName().toString().equals(own))
              .mapToDouble(Machine::processMillis)
              .sum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From the line {@code cpu user nice system idle iowait irq softirq steal …}. */
  static double busyMillis(String line) {
    String[] fields = line.split("\\s+");
    double ticks = 0;
    for (int field : new int[] {1, 2, 3, 6, 7}) { // not idle, not waiting, not another machine's
      ticks += Double.parseDouble(fields[field]);
    }
    return ticks * TICK_MILLIS;
  }

  /** CPU time of these processes and their ended children, in milliseconds. */
  static double processMillis(Collection<Long> pids) {
    return pids.stream().mapToDouble(pid -> processMillis(PROC.resolve(pid.toString()))).sum();
  }

  private static double processMillis(Path process) {
    try {
      return processMillis(Files.readString(process.resolve("stat")));
    } catch (IOException e) {
      return 0; // it ended, and is counted with who waited for it
    }
  }

  /**
   * A process's own time and that of its ended children, so that the sum over all processes loses
   * nothing when some end: utime, stime, cutime and cstime of proc_pid_stat(5).
   */
  static double processMillis(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    double ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Double.parseDouble(fields[field]);
    }
    return ticks * TICK_MILLIS;
  }

  /** What is computed in a millisecond when nothing happens, in other words: busy cores. */
  static Work workPerMilli(Duration over) {
    Work before = work();
    long began = System.nanoTime();
    pause(over);
    return work().minus(before).times(1e6 / (System.nanoTime() - began));
  }

  /**
   * Waits until nothing much happens, within bounds; then goes on anyway, and says what happens.
   */
  static Work awaitQuiet() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Work perMilli = workPerMilli(LISTENING);
    while (perMilli.machine() > QUIET_CORES && System.nanoTime() < end) {
      perMilli = workPerMilli(LISTENING);
    }
    return perMilli;
  }

  static void pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
