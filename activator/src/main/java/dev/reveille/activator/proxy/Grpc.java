package dev.reveille.activator.proxy;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How gRPC says over HTTP/2 what HTTP says with a code, and how long it waits. Pure. */
final class Grpc {
  static final String STATUS = "grpc-status";
  static final String MESSAGE = "grpc-message";
  static final String TIMEOUT = "grpc-timeout";
  static final String PUSHBACK = "grpc-retry-pushback-ms";

  private static final int MOST_DIGITS = 8;
  private static final String HEX = "0123456789ABCDEF";

  private Grpc() {}

  /**
   * The status of a refusal. UNAVAILABLE, which clients take as leave to send again, is said only
   * where nothing was executed.
   */
  static int status(int http) {
    return switch (http) {
      case 400 -> 3; // INVALID_ARGUMENT
      case 404 -> 5; // NOT_FOUND
      case 405, 501 -> 12; // UNIMPLEMENTED
      case 413, 429, 431 -> 8; // RESOURCE_EXHAUSTED
      case 502 -> 13; // INTERNAL
      case 503 -> 14; // UNAVAILABLE
      case 408, 504 -> 4; // DEADLINE_EXCEEDED
      default -> 2; // UNKNOWN
    };
  }

  /** A sentence as grpc-message carries it: printable ASCII but for '%', all else as %XX. */
  static String message(String sentence) {
    StringBuilder coded = new StringBuilder(sentence.length());
    for (byte each : sentence.getBytes(StandardCharsets.UTF_8)) {
      if (each >= ' ' && each <= '~' && each != '%') {
        coded.append((char) each);
      } else {
        coded.append('%').append(HEX.charAt((each >> 4) & 0xf)).append(HEX.charAt(each & 0xf));
      }
    }
    return coded.toString();
  }

  /** A grpc-timeout in milliseconds, at least one; empty when there is none that can be read. */
  static OptionalLong millis(@Nullable String field) {
    if (field == null || field.length() < 2 || field.length() > MOST_DIGITS + 1) {
      return OptionalLong.empty();
    }
    long amount = 0;
    for (int i = 0; i < field.length() - 1; i++) {
      char digit = field.charAt(i);
      if (digit < '0' || digit > '9') {
        return OptionalLong.empty();
      }
      amount = amount * 10 + (digit - '0');
    }
    TimeUnit unit =
        switch (field.charAt(field.length() - 1)) {
          case 'H' -> TimeUnit.HOURS;
          case 'M' -> TimeUnit.MINUTES;
          case 'S' -> TimeUnit.SECONDS;
          case 'm' -> TimeUnit.MILLISECONDS;
          case 'u' -> TimeUnit.MICROSECONDS;
          case 'n' -> TimeUnit.NANOSECONDS;
          default -> null;
        };
    return unit == null
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(1, unit.toMillis(amount)));
  }

  /** What is left of a grpc-timeout after a wait; as it was when nothing can be said of it. */
  static String left(String field, long waitedMillis) {
    OptionalLong given = millis(field);
    if (given.isEmpty() || waitedMillis <= 0) {
      return field;
    }
    long left = Math.max(1, given.getAsLong() - waitedMillis);
    return left < 100_000_000 ? left + "m" : TimeUnit.MILLISECONDS.toSeconds(left) + "S";
  }
}
