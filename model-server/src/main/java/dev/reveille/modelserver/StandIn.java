package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An activator on loopback, for a start without one: hands out a model to GET, takes hellos by
 * POST.
 */
final class StandIn implements Closeable {
  private static final long LONGEST_SECONDS = 60;
  private static final int BACKLOG = 8;

  private final ServerSocket socket;
  private final byte[] model;
  private final Semaphore hellos = new Semaphore(0);

  private StandIn(ServerSocket socket, byte[] model) {
    this.socket = socket;
    this.model = model;
  }

  static StandIn open(byte[] model) throws IOException {
    StandIn activator =
        new StandIn(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), model);
    ModelServer.daemon("activator", activator::serve);
    return activator;
  }

  String url(String path) {
    return "http://" + Listener.LOOPBACK + ":" + socket.getLocalPort() + path;
  }

  /** Returns when a further hello came. */
  void awaitHello() throws IOException {
    try {
      if (!hellos.tryAcquire(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no hello within " + LONGEST_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted while waiting for a hello", e);
    }
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        answer(client);
      } catch (IOException e) {
        // this client left, or the end: the next accept tells
      }
    }
  }

  private void answer(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    boolean hello = in.read() == 'P';
    byte[] body = hello ? new byte[0] : model;
    String head =
        hello
            ? "HTTP/1.1 204 No Content\r\n\r\n"
            : "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
    client.getOutputStream().write(head.getBytes(ISO_8859_1));
    client.getOutputStream().write(body);
    client.shutdownOutput();
    in.readAllBytes();
    if (hello) {
      hellos.release();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
