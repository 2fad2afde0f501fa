package dev.reveille.modelserver.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process takes of the memory, from /proc; -1 where that does not tell.
 *
 * @param residentBytes in RAM now
 * @param peakBytes the most that ever was
 */
public record Memory(long residentBytes, long peakBytes) {
  private static final long UNKNOWN = -1;
  private static final int KIB = 1024;

  public static Memory ofThisProcess() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"));
      return new Memory(bytes(status, "\nVmRSS:"), bytes(status, "\nVmHWM:"));
    } catch (IOException e) {
      return new Memory(UNKNOWN, UNKNOWN);
    }
  }

  /** A line of /proc/PID/status: its name, spaces, a number, " kB". */
  static long bytes(String status, String name) {
    int at = status.indexOf(name);
    int end = status.indexOf(" kB", at);
    if (at < 0 || end < 0) {
      return UNKNOWN;
    }
    try {
      return Long.parseLong(status.substring(at + name.length(), end).strip()) * KIB;
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }
}
