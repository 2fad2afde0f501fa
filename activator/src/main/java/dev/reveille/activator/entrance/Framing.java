package dev.reveille.activator.entrance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.reveille.activator.gate.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of an HTTP/1.1 connection begin and end, by the letter of RFC 9112 and without
 * what it lets a recipient forgive. Reads along; whoever decodes the bytes does so for itself. Not
 * for several threads.
 */
final class Framing {
  private static final int LONGEST_LINE = 16 << 10;
  private static final int USUAL_LINE = 256;
  private static final int LONGEST_CHUNK_LINE = 256;
  private static final byte[] PREFACE_REST = "\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
  private static final int NOTHING = -1;

  private enum State {
    BETWEEN,
    REQUEST_LINE,
    FIELDS,
    BODY,
    CHUNK_LINE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    PREFACE,
    /** It is HTTP/2 from here on. */
    OVER
  }

  private State state = State.BETWEEN;
  private byte[] line = new byte[USUAL_LINE];
  private int length;
  private boolean carriageReturn; // the last byte of a line that is to end
  private boolean emptyLine; // one before a request is forgiven
  private long left; // of a body or chunk, of a chunk's end or of the preface
  private Head head = new Head();
  private long heads;
  private boolean pristine = true; // nothing came before the first head
  private @Nullable Refusal wrong;

  /** Reads all of them; the index of the first that must not pass, or -1. */
  int read(ByteBuf bytes) {
    int index = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (index < end && state != State.OVER) {
      switch (state) {
        case BODY, CHUNK -> {
          long skipped = Math.min(left, end - index);
          index += (int) skipped;
          left -= skipped;
          if (left == 0) {
            bodyPart();
          }
        }
        default -> {
          next(bytes.getByte(index) & 0xff);
          if (wrong != null) {
            return index;
          }
          index++;
        }
      }
    }
    return NOTHING;
  }

  /** Why the last byte that was read must not pass. */
  Refusal wrong() {
    return wrong == null ? Refusal.badRequest("it is no HTTP") : wrong;
  }

  /** A head has begun and is not all here. */
  boolean isInHead() {
    return state == State.REQUEST_LINE || state == State.FIELDS || state == State.PREFACE;
  }

  /** How many heads have begun. */
  long heads() {
    return heads;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  private void bodyPart() {
    if (state == State.BODY) {
      state = State.BETWEEN;
    } else {
      state = State.CHUNK_END;
      left = 2;
    }
  }

  private void next(int each) {
    switch (state) {
      case BETWEEN -> between(each);
      case CHUNK_END -> expect(each, left == 2 ? '\r' : '\n', State.CHUNK_LINE);
      case PREFACE -> expect(each, PREFACE_REST[PREFACE_REST.length - (int) left], State.OVER);
      default -> line(each);
    }
  }

  private void expect(int each, int expected, State then) {
    if (each != expected) {
      wrong = Refusal.badRequest("a chunk, or HTTP/2's preface, does not end as it must");
    } else if (--left == 0) {
      state = then;
    }
  }

  private void between(int each) {
    if (carriageReturn) {
      carriageReturn = false;
      emptyLine = true;
      if (each != '\n') {
        wrong = bareCarriageReturn();
      }
    } else if (each == '\r' && !emptyLine) {
      carriageReturn = true;
      pristine = false;
    } else if (!Characters.isToken(each)) {
      wrong = Refusal.badRequest("a request begins with its method");
    } else {
      heads++;
      emptyLine = false;
      state = State.REQUEST_LINE;
      line(each);
    }
  }

  private static Refusal bareCarriageReturn() {
    return Refusal.badRequest("a CR stands without a LF");
  }

  private void line(int each) {
    if (carriageReturn) {
      carriageReturn = false;
      if (each != '\n') {
        wrong = bareCarriageReturn();
        return;
      }
      int whole = length;
      length = 0;
      ended(whole);
    } else if (each == '\r') {
      carriageReturn = true;
    } else if (!Characters.isValue(each)) {
      wrong =
          Refusal.badRequest(
              each == '\n' ? "a LF stands without a CR" : "a control character stands there");
    } else if (length == (state == State.CHUNK_LINE ? LONGEST_CHUNK_LINE : LONGEST_LINE)) {
      wrong = Refusal.headTooLarge();
    } else {
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) each;
    }
  }

  private void ended(int whole) {
    switch (state) {
      case REQUEST_LINE -> requestLine(whole);
      case FIELDS -> {
        if (whole == 0) {
          headEnded();
        } else {
          wrong = head.field(line, whole);
        }
      }
      case TRAILERS -> {
        if (whole == 0) {
          state = State.BETWEEN;
        } else {
          wrong = Head.trailer(line, whole);
        }
      }
      case CHUNK_LINE -> chunkLine(whole);
      default -> throw new IllegalStateException("no line ends in " + state);
    }
  }

  private void requestLine(int whole) {
    if (heads == 1 && pristine && Head.isPreface(line, whole)) {
      state = State.PREFACE;
      left = PREFACE_REST.length;
      return;
    }
    head = new Head();
    wrong = head.requestLine(line, whole);
    state = State.FIELDS;
  }

  private void headEnded() {
    wrong = head.end();
    if (line.length > USUAL_LINE) {
      line = new byte[USUAL_LINE];
    }
    left = head.contentLength();
    if (head.isChunked()) {
      state = State.CHUNK_LINE;
    } else {
      state = left > 0 ? State.BODY : State.BETWEEN;
    }
  }

  private void chunkLine(int whole) {
    long size = Head.chunkSize(line, whole);
    if (size < 0) {
      wrong = Refusal.badRequest("a chunk's size is no hexadecimal number of at most seven digits");
    } else if (size == 0) {
      state = State.TRAILERS;
    } else {
      left = size;
      state = State.CHUNK;
    }
  }
}
