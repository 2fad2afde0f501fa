package dev.reveille.activator;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** HTTP/2 frame by frame (RFC 9113, 4 and 6; fields as HPACK literals), as no client writes it. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  private static final int LARGEST_FRAME = 16384;

  private final Socket socket;
  private final DataInputStream in;

  /** A frame that came; {@code code} is what a reset or a farewell says. */
  record Frame(int type, int stream, byte[] payload) {
    int code() {
      ByteBuffer bytes = ByteBuffer.wrap(payload);
      return type == GOAWAY ? bytes.getInt(4) : bytes.getInt(0);
    }
  }

  RawHttp2(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    write(frame(SETTINGS, 0, 0, new byte[0]));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putShort((short) (payload.length >> 8))
        .put((byte) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  static byte[] reset(int stream) {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  /** A whole request without a body, in as many frames as its fields need. */
  void request(int stream, String... fields) throws IOException {
    byte[] block = block(fields);
    int first = Math.min(block.length, LARGEST_FRAME);
    int whole = first == block.length ? END_HEADERS : 0;
    write(frame(HEADERS, END_STREAM | whole, stream, Arrays.copyOf(block, first)));
    for (int from = first; from < block.length; from += LARGEST_FRAME) {
      int to = Math.min(block.length, from + LARGEST_FRAME);
      write(
          frame(
              CONTINUATION,
              to == block.length ? END_HEADERS : 0,
              stream,
              Arrays.copyOfRange(block, from, to)));
    }
  }

  /** A GET, and more fields. */
  static String[] get(String authority, String... more) {
    String[] fields = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", authority};
    String[] all = Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return all;
  }

  /** The fields as HPACK literals. */
  static byte[] block(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0); // a literal that is not indexed, with a literal name (RFC 7541, 6.2.2)
      string(block, fields[i]);
      string(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream to, String text) {
    int length = text.length();
    if (length < 127) {
      to.write(length);
    } else {
      to.write(127);
      for (length -= 127; length >= 128; length >>= 7) {
        to.write((length & 127) | 128);
      }
      to.write(length);
    }
    to.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The next frame of a stream, or the farewell; a connection that just ends is one. */
  Frame next(int stream) throws IOException {
    try {
      while (true) {
        int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        in.readUnsignedByte();
        Frame frame = new Frame(type, in.readInt(), in.readNBytes(length));
        if (frame.type() == GOAWAY || (frame.stream() == stream && stream != 0)) {
          return frame;
        }
      }
    } catch (EOFException | SocketException closed) {
      return new Frame(GOAWAY, 0, new byte[8]);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
