package dev.reveille.modelserver.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 request over one connection, blocking: the little that the start needs (RFC 9112;
 * answers with Content-Length or none), because a client library costs tens of milliseconds of it.
 */
public final class PlainHttp {
  private static final int MOST_HEAD_BYTES = 16384;
  private static final int CONNECT_MILLIS = 2000;

  private PlainHttp() {}

  /** An answer; its body lies in a direct buffer, from 0 to the limit. */
  public record Answer(int status, ByteBuffer body) {}

  /** Sends it and reads the answer; {@code body} empty: a GET, else a POST of JSON. */
  public static Answer exchange(URI uri, Map<String, String> headers, byte[] body)
      throws IOException {
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    try (SocketChannel channel = SocketChannel.open()) {
      channel.socket().setTcpNoDelay(true);
      channel.socket().connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
      write(channel, ByteBuffer.wrap(head(uri, headers, body.length).getBytes(ISO_8859_1)));
      write(channel, ByteBuffer.wrap(body));
      return read(channel);
    }
  }

  private static String head(URI uri, Map<String, String> headers, int length) {
    StringBuilder head = new StringBuilder(512);
    head.append(length == 0 ? "GET " : "POST ").append(uri.getRawPath());
    head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority());
    head.append("\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (length > 0) {
      head.append("Content-Type: application/json\r\nContent-Length: ");
      head.append(length).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static Answer read(SocketChannel channel) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(MOST_HEAD_BYTES);
    int end = -1;
    while (end < 0) {
      if (!first.hasRemaining() || channel.read(first) < 0) {
        throw new EOFException("the answer's head is not complete");
      }
      end = endOfHead(first);
    }
    String head = new String(first.array(), 0, end, ISO_8859_1);
    int status = Integer.parseInt(head.substring(9, 12));
    ByteBuffer body = ByteBuffer.allocateDirect(status == 204 ? 0 : contentLength(head));
    first.flip().position(end);
    body.put(first.limit(Math.min(first.limit(), end + body.capacity())));
    while (body.hasRemaining()) {
      if (channel.read(body) < 0) {
        throw new EOFException("the answer ended after " + body.position() + " bytes");
      }
    }
    return new Answer(status, body.flip());
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

  private static int contentLength(String head) throws IOException {
    String name = "\r\ncontent-length:";
    int at = head.toLowerCase(Locale.ROOT).indexOf(name);
    if (at < 0) {
      throw new IOException("the answer has no Content-Length");
    }
    int from = at + name.length();
    long length = Long.parseLong(head.substring(from, head.indexOf("\r\n", from)).strip());
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new IOException("an answer of " + length + " bytes does not fit");
    }
    return (int) length;
  }
}
