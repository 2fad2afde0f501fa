package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP/1.1 connection, open before anything is measured, and nothing between the clock and the
 * socket. It asks and reads one answer at a time.
 */
public final class Wire implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int LONGEST_HEAD = 64 * 1024; // bytes

  private final Socket socket;
  private final InputStream in;
  private boolean asking;
  private long began; // the first byte of what is being asked

  /**
   * An answer.
   *
   * @param millis first byte of the request written → last byte of the answer read
   * @param headers by lower-case name
   */
  public record Reply(int status, Map<String, String> headers, byte[] body, double millis) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    public Reply expectOk() {
      if (status != 200) {
        throw new AssertionError("answered " + status + ": " + new String(body, UTF_8));
      }
      return this;
    }
  }

  private Wire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
  }

  /** Connects to an URL's host and port. */
  public static Wire to(URI url) {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      int port = url.getPort() == -1 ? 80 : url.getPort();
      socket.connect(new InetSocketAddress(url.getHost(), port), 10_000);
      return new Wire(socket);
    } catch (IOException e) {
      throw new UncheckedIOException("no connection to " + url, e);
    }
  }

  /** The bytes of a POST, made before they are sent. */
  public static byte[] post(String host, String path, byte[] json) {
    byte[] head =
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: "
                + host
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + json.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1);
    byte[] all = new byte[head.length + json.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(json, 0, all, head.length, json.length);
    return all;
  }

  /** The bytes of a GET. */
  public static byte[] get(String host, String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(ISO_8859_1);
  }

  /** Sends and reads the whole answer. */
  public Reply ask(byte[] request) {
    send(request);
    return answer();
  }

  /** Sends a request, or a part of one. */
  void send(byte[] bytes) {
    try {
      if (!asking) {
        asking = true;
        began = System.nanoTime();
      }
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw broke(e);
    }
  }

  /** Reads the whole answer to what was sent. */
  Reply answer() {
    try {
      String head = head();
      Map<String, String> headers = headers(head);
      byte[] body =
          "chunked".equalsIgnoreCase(headers.get("transfer-encoding"))
              ? chunks()
              : exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
      asking = false;
      double millis = (System.nanoTime() - began) / 1e6;
      return new Reply(Integer.parseInt(head.substring(9, 12)), headers, body, millis);
    } catch (IOException e) {
      throw broke(e);
    }
  }

  private static UncheckedIOException broke(IOException e) {
    return new UncheckedIOException("the connection broke: " + e, e);
  }

  /** The other side has hung up, or says what it was not asked; looks for a millisecond. */
  public boolean isOver() {
    try {
      socket.setSoTimeout(1);
      in.mark(1);
      in.read();
      in.reset();
      return true;
    } catch (SocketTimeoutException e) {
      return !resumed();
    } catch (IOException e) {
      return true;
    }
  }

  private boolean resumed() {
    try {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** More came than was asked for. */
  public boolean hasMore() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (!endsWithBlankLine(head)) {
      int next = in.read();
      if (next == -1 || head.length() > LONGEST_HEAD) {
        throw new EOFException("no whole answer: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static boolean endsWithBlankLine(StringBuilder head) {
    int length = head.length();
    return length >= 4 && head.substring(length - 4).equals("\r\n\r\n");
  }

  private static Map<String, String> headers(String head) {
    Map<String, String> headers = new HashMap<>();
    head.lines()
        .skip(1)
        .filter(line -> line.contains(":"))
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              headers.merge(
                  line.substring(0, colon).toLowerCase(Locale.ROOT),
                  line.substring(colon + 1).strip(),
                  (first, second) -> first + ", " + second);
            });
    return headers;
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line().split(";")[0].strip(), 16);
      body.write(exactly(length));
      line();
      if (length == 0) {
        return body.toByteArray();
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next == -1) {
        throw new EOFException("no whole answer");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("no whole answer");
    }
    return bytes;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
