package dev.reveille.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The machine that all of this runs on, as /proc/stat has it: busy or quiet. */
final class Machine {
  private static final Path STAT = Path.of("/proc/stat");

  /** A tick of /proc/stat (proc(5), USER_HZ: 100 a second on every Linux we know). */
  private static final double TICK_MILLIS = 10;

  private Machine() {}

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Milliseconds that all cores together computed since the machine started. */
  static double busyMillis() {
    try (var lines = Files.lines(STAT)) {
      return busyMillis(lines.findFirst().orElseThrow());
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

  /** Cores that are busy on average over that long: what runs here when nothing is measured. */
  static double load(Duration over) {
    double busy = busyMillis();
    long began = System.nanoTime();
    pause(over);
    return (busyMillis() - busy) / ((System.nanoTime() - began) / 1e6);
  }

  static void pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
