package dev.reveille.activator.entrance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.reveille.activator.gate.Refusal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request in HTTP/1.1, line by line: what says where its body ends, and that no
 * line can be read in two ways. Each line has no control character but HTAB. Not for several
 * threads.
 */
final class Head {
  private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(ISO_8859_1);
  private static final byte[] HTTP_1_1 = " HTTP/1.1".getBytes(ISO_8859_1);
  private static final byte[] HTTP_1_0 = " HTTP/1.0".getBytes(ISO_8859_1);
  private static final int MOST_FIELDS = 256;
  private static final int MOST_LENGTH_DIGITS = 18; // fit a long
  private static final int MOST_CHUNK_DIGITS = 7; // fit an int

  /** Vert.x 5.1.6 takes a name for Content-Length or Content-Type whatever its ninth letter is. */
  private static final int UNREAD = 8;

  private boolean http11;
  private int fields;
  private int hosts;
  private long contentLength = -1;
  private boolean chunked;

  static boolean isPreface(byte[] line, int length) {
    return length == PREFACE.length && endsWith(line, length, PREFACE);
  }

  private static boolean endsWith(byte[] line, int length, byte[] end) {
    return length >= end.length
        && Arrays.equals(line, length - end.length, length, end, 0, end.length);
  }

  /** {@code METHOD target HTTP/1.x}, with one space each. */
  @Nullable Refusal requestLine(byte[] line, int length) {
    http11 = endsWith(line, length, HTTP_1_1);
    if (!http11 && !endsWith(line, length, HTTP_1_0)) {
      return Refusal.badRequest("a request's first line ends with HTTP/1.1 or HTTP/1.0");
    }
    int target = 0;
    while (target < length && Characters.isToken(line[target] & 0xff)) {
      target++;
    }
    int end = length - HTTP_1_1.length;
    if (target == 0 || line[target] != ' ' || target + 1 >= end) {
      return Refusal.badRequest("a request's first line is a method, a target and the version");
    }
    for (int i = target + 1; i < end; i++) {
      if (!Characters.isTarget(line[i] & 0xff)) {
        return Refusal.badRequest("a request's target has no spaces and nothing but printed ASCII");
      }
    }
    return null;
  }

  /** A line of the head that is not empty. */
  @Nullable Refusal field(byte[] line, int length) {
    int colon = nameEnd(line, length);
    if (colon < 0) {
      return notAField(line[0]);
    }
    if (++fields > MOST_FIELDS) {
      return Refusal.headTooLarge();
    }
    return switch (colon) {
      case 4 ->
          isNamed("host", line) && ++hosts > 1 ? Refusal.badRequest("Host stands twice") : null;
      case 12 -> nearly("content-type", line);
      case 14 ->
          isNamed("content-length", line)
              ? contentLength(line, colon, length)
              : nearly("content-length", line);
      case 17 -> isNamed("transfer-encoding", line) ? coding(line, colon, length) : null;
      case 18 -> hixie(line);
      default -> null;
    };
  }

  /** A line after the last chunk that is not empty; it says nothing. */
  static @Nullable Refusal trailer(byte[] line, int length) {
    return nameEnd(line, length) < 0 ? notAField(line[0]) : null;
  }

  private static int nameEnd(byte[] line, int length) {
    int end = 0;
    while (end < length && Characters.isToken(line[end] & 0xff)) {
      end++;
    }
    return end > 0 && end < length && line[end] == ':' ? end : -1;
  }

  private static Refusal notAField(byte first) {
    return first == ' ' || first == '\t'
        ? Refusal.badRequest("a header field goes on in the next line (obs-fold)")
        : Refusal.badRequest("a header field is a name, a colon right behind it, and a value");
  }

  private static boolean isNamed(String lower, byte[] line) {
    for (int i = 0; i < lower.length(); i++) {
      if ((line[i] | 0x20) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A draft of WebSocket had a body of eight bytes that nothing declares; Netty still reads it. */
  private static @Nullable Refusal hixie(byte[] line) {
    return isNamed("sec-websocket-key1", line) || isNamed("sec-websocket-key2", line)
        ? Refusal.badRequest("Sec-WebSocket-Key1 and Key2 are of no WebSocket of today (RFC 6455)")
        : null;
  }

  private static @Nullable Refusal nearly(String lower, byte[] line) {
    for (int i = 0; i < lower.length(); i++) {
      if ((line[i] | 0x20) == lower.charAt(i) == (i == UNREAD)) {
        return null;
      }
    }
    return Refusal.badRequest("a header field's name can be taken for " + lower);
  }

  private static String value(byte[] line, int colon, int length) {
    return new String(line, colon + 1, length - colon - 1, ISO_8859_1).strip();
  }

  private @Nullable Refusal contentLength(byte[] line, int colon, int length) {
    String digits = value(line, colon, length);
    if (contentLength >= 0) {
      return Refusal.badRequest("Content-Length stands twice");
    }
    if (digits.isEmpty()
        || digits.length() > MOST_LENGTH_DIGITS
        || !digits.chars().allMatch(Characters::isDigit)) {
      return Refusal.badRequest("Content-Length is no number of bytes");
    }
    contentLength = Long.parseLong(digits);
    return null;
  }

  private @Nullable Refusal coding(byte[] line, int colon, int length) {
    if (chunked || !value(line, colon, length).equalsIgnoreCase("chunked")) {
      return Refusal.badRequest("Transfer-Encoding is chunked, once, or not there");
    }
    chunked = true;
    return null;
  }

  /** The empty line. */
  @Nullable Refusal end() {
    if (chunked && contentLength >= 0) {
      return Refusal.badRequest("Content-Length and Transfer-Encoding stand both");
    }
    if (chunked && !http11) {
      return Refusal.badRequest("Transfer-Encoding is HTTP/1.1's");
    }
    return http11 && hosts == 0 ? Refusal.badRequest("Host is missing") : null;
  }

  boolean isChunked() {
    return chunked;
  }

  /** 0 without a body of said length. */
  long contentLength() {
    return Math.max(0, contentLength);
  }

  /** Of a line before a chunk, with extensions or without; -1: it is none. */
  static long chunkSize(byte[] line, int length) {
    long size = 0;
    int digits = 0;
    while (digits < length && digits <= MOST_CHUNK_DIGITS) {
      int digit = Character.digit(line[digits], 16);
      if (digit < 0) {
        break;
      }
      size = size * 16 + digit;
      digits++;
    }
    boolean ends = digits == length || line[digits] == ';';
    return digits > 0 && digits <= MOST_CHUNK_DIGITS && ends ? size : -1;
  }
}
