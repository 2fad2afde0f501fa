package dev.reveille.modelserver.model;

import java.nio.ByteBuffer;

/**
 * Walks the fields of one protobuf message inside a buffer, without copying
 * (protobuf.dev/programming-guides/encoding). A message that does not parse throws {@link
 * Malformed}.
 */
final class Protobuf {
  static final int VARINT = 0;
  static final int BYTES = 2;
  private static final int FIXED64 = 1;
  private static final int FIXED32 = 5;

  private final ByteBuffer buffer;
  private final int end;
  private int at;
  private int wire;
  private int from;
  private int to;
  private long varint;

  /** Bytes that are no protobuf message. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  Protobuf(ByteBuffer buffer, int from, int to) {
    this.buffer = buffer;
    this.at = from;
    this.end = to;
  }

  /** Bytes of the message that are left. */
  int length() {
    return end - at;
  }

  /** Steps to the next field; 0 at the end of the message. */
  int next() {
    if (at == end) {
      return 0;
    }
    long tag = readVarint();
    wire = (int) (tag & 7);
    long field = tag >>> 3;
    if (field < 1 || field > 536_870_911) {
      throw new Malformed("a field number out of range");
    }
    switch (wire) {
      case VARINT -> varint = readVarint();
      case FIXED64 -> skip(8);
      case FIXED32 -> skip(4);
      case BYTES -> {
        long length = readVarint();
        if (length < 0 || length > end - at) {
          throw new Malformed("a field that is longer than its message");
        }
        from = at;
        skip((int) length);
        to = at;
      }
      default -> throw new Malformed("an unknown wire type");
    }
    return (int) field;
  }

  boolean isBytes() {
    return wire == BYTES;
  }

  long varint() {
    return wire == VARINT ? varint : 0;
  }

  /** The message inside the current field. */
  Protobuf message() {
    if (wire != BYTES) {
      throw new Malformed("a number where a message belongs");
    }
    return new Protobuf(buffer, from, to);
  }

  /** The current field as text, at most {@code most} characters of it. */
  String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = from; wire == BYTES && i < to && i - from < most; i++) {
      text.append((char) (buffer.get(i) & 0xff));
    }
    return text.toString();
  }

  /** The next number of a packed list; only after {@link #message()}. */
  long packed() {
    return readVarint();
  }

  boolean atEnd() {
    return at == end;
  }

  private void skip(int bytes) {
    if (bytes > end - at) {
      throw new Malformed("a message that ends early");
    }
    at += bytes;
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw new Malformed("a number that ends early");
      }
      byte b = buffer.get(at++);
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new Malformed("a number that is too long");
  }
}
