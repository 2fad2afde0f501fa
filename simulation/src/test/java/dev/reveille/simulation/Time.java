package dev.reveille.simulation;

/** Spans of virtual time, in nanoseconds. */
final class Time {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;

  private Time() {}

  static String text(long nanos) {
    return String.format(java.util.Locale.ROOT, "%9.3f", nanos / 1e9);
  }
}
