package dev.reveille.modelserver.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 request over one connection, blocking: the little that the start needs (RFC 9112),
 * because a client library costs tens of milliseconds of it.
 */
public final class PlainHttp implements Closeable {
  private static final int MOST_HEAD_BYTES = 16384;

  /** How long the other side may be silent, where there is no other. */
  public static final long PATIENCE_MILLIS = 10_000;

  /** How long it may be silent where another can be asked, or is asked again anyway. */
  public static final long SHORT_MILLIS = 2000;

  private final Connection connection;
  private final ByteBuffer ahead;
  private final String head;
  private final int status;

  private PlainHttp(Connection connection) throws IOException {
    this.connection = connection;
    this.ahead = ByteBuffer.allocate(MOST_HEAD_BYTES);
    this.head = readHead();
    this.status = statusOf(head);
  }

  /** Sends the request and reads the answer's head; {@code body} empty: a GET, else a POST. */
  public static PlainHttp send(URI uri, Map<String, String> headers, byte[] body)
      throws IOException {
    return send(uri, headers, body, PATIENCE_MILLIS);
  }

  /** As {@link #send(URI, Map, byte[])}; the other side may be silent for so long at each step. */
  public static PlainHttp send(
      URI uri, Map<String, String> headers, byte[] body, long patienceMillis) throws IOException {
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    Connection connection =
        Connection.to(new InetSocketAddress(uri.getHost(), port), patienceMillis);
    try {
      connection.write(
          ByteBuffer.wrap(requestHead(uri, headers, body.length).getBytes(ISO_8859_1)));
      connection.write(ByteBuffer.wrap(body));
      return new PlainHttp(connection);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private static String requestHead(URI uri, Map<String, String> headers, int length) {
    StringBuilder head = new StringBuilder(512);
    head.append(length == 0 ? "GET " : "POST ");
    head.append(uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
    if (uri.getRawQuery() != null) {
      head.append('?').append(uri.getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority());
    head.append("\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (length > 0) {
      head.append("Content-Type: application/json\r\nContent-Length: ");
      head.append(length).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  public int status() {
    return status;
  }

  /** The length of the body; -1 when the head does not say. */
  public long length() throws IOException {
    String value = header("content-length");
    try {
      return value.isEmpty() ? -1 : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IOException("the answer's Content-Length is no number: " + value, e);
    }
  }

  /** Reads some of the body as it comes; -1 when the other side closed the connection. */
  public int read(ByteBuffer to) throws IOException {
    if (!ahead.hasRemaining()) {
      return connection.read(to);
    }
    int count = Math.min(ahead.remaining(), to.remaining());
    to.put(ahead.duplicate().limit(ahead.position() + count));
    ahead.position(ahead.position() + count);
    return count;
  }

  /** A small body as text, {@code most} bytes at most, cut there. */
  public String text(int most) throws IOException {
    boolean chunked = header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked");
    long length = chunked ? -1 : length();
    ByteBuffer body = ByteBuffer.allocate(length < 0 ? most : (int) Math.min(length, most));
    while (body.hasRemaining() && read(body) >= 0) {}
    byte[] bytes = body.array();
    return chunked
        ? unchunked(bytes, body.position())
        : new String(bytes, 0, body.position(), UTF_8);
  }

  /** The chunks' contents (RFC 9112, 7.1), as far as they came. */
  private static String unchunked(byte[] bytes, int end) throws IOException {
    StringBuilder text = new StringBuilder();
    String raw = new String(bytes, 0, end, ISO_8859_1);
    int at = 0;
    for (int line = raw.indexOf("\r\n"); line >= 0; line = raw.indexOf("\r\n", at)) {
      int size = chunkSize(raw.substring(at, line));
      int last = Math.min(end, line + 2 + size);
      if (size == 0) {
        break;
      }
      text.append(raw, line + 2, last);
      at = Math.min(end, last + 2);
    }
    return new String(text.toString().getBytes(ISO_8859_1), UTF_8);
  }

  private static int chunkSize(String line) throws IOException {
    int extension = line.indexOf(';');
    try {
      int size =
          Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
      return Math.clamp(size, 0, 1 << 24);
    } catch (NumberFormatException e) {
      throw new IOException("the answer's chunks are broken", e);
    }
  }

  private String readHead() throws IOException {
    int end = -1;
    while (end < 0) {
      if (!ahead.hasRemaining() || connection.read(ahead) < 0) {
        throw new EOFException("the answer's head is not complete");
      }
      end = endOfHead(ahead);
    }
    String text = new String(ahead.array(), 0, end, ISO_8859_1);
    ahead.flip().position(end);
    return text;
  }

  /** The position after the empty line; -1 when it is not there yet. */
  private static int endOfHead(ByteBuffer bytes) {
    for (int i = 3; i < bytes.position(); i++) {
      if (bytes.get(i) == '\n'
          && bytes.get(i - 1) == '\r'
          && bytes.get(i - 2) == '\n'
          && bytes.get(i - 3) == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private static int statusOf(String head) throws IOException {
    try {
      if (head.startsWith("HTTP/1.")) {
        return Integer.parseInt(head.substring(9, 12));
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // not HTTP, as below
    }
    throw new IOException("the answer is not HTTP/1.1");
  }

  /** A header's value; empty when absent. */
  String header(String field) {
    String name = "\r\n" + field.toLowerCase(Locale.ROOT) + ":";
    int at = head.toLowerCase(Locale.ROOT).indexOf(name);
    return at < 0
        ? ""
        : head.substring(at + name.length(), head.indexOf("\r\n", at + name.length())).strip();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
