package dev.reveille.e2e.chaos;

import java.util.Arrays;

/** Measured times, each kept; microseconds. Any thread's. */
final class Latencies {
  private int[] micros = new int[1024];
  private int count;

  synchronized void add(long nanos) {
    if (count == micros.length) {
      micros = Arrays.copyOf(micros, 2 * count);
    }
    micros[count++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1000);
  }

  synchronized int count() {
    return count;
  }

  /** By nearest rank; NaN when nothing was measured. */
  synchronized double millis(double quantile) {
    if (count == 0) {
      return Double.NaN;
    }
    int[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(quantile * count) - 1)] / 1e3;
  }
}
