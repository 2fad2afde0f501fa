package dev.reveille.activator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A connection that sends any bytes, and reads the answers one by one. */
final class RawHttp1 implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  RawHttp1(int port, int timeoutMillis) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(timeoutMillis);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
  }

  /** What came of a connection. */
  record Outcome(List<Integer> statuses, boolean ended) {}

  /** The answers until the other side ends it, or there are that many, or nothing comes. */
  Outcome read(int most) throws IOException {
    List<Integer> statuses = new ArrayList<>();
    try {
      while (statuses.size() < most) {
        int status = answer();
        if (status == 0) {
          return new Outcome(statuses, true);
        }
        if (status >= 200) {
          statuses.add(status);
        }
      }
    } catch (SocketTimeoutException nothing) {
      return new Outcome(statuses, false);
    } catch (EOFException cut) {
      throw cut;
    } catch (IOException reset) {
      return new Outcome(statuses, true);
    }
    return new Outcome(statuses, false);
  }

  /** The status; 0: there is none. */
  private int answer() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return 0;
      }
      head.append((char) next);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    if (in.readNBytes(length).length < length) {
      throw new EOFException("an answer without all of its body: " + head);
    }
    return Integer.parseInt(head.substring(9, 12));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
