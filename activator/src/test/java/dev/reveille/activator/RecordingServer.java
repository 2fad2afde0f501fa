package dev.reveille.activator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.reveille.activator.Rfc9112.Message;
import dev.reveille.activator.Rfc9112.Next;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that keeps every request that came whole, and every byte that was out of place. */
final class RecordingServer implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1);

  final List<Message> requests = new CopyOnWriteArrayList<>();
  final List<String> malformed = new CopyOnWriteArrayList<>();
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  RecordingServer() throws IOException {
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      StringBuilder bytes = new StringBuilder();
      byte[] some = new byte[16 << 10];
      int count = socket.getInputStream().read(some);
      while (count > 0) {
        bytes.append(new String(some, 0, count, ISO_8859_1));
        if (!answerAll(bytes, socket)) {
          return;
        }
        count = socket.getInputStream().read(some);
      }
    } catch (IOException e) {
      // it broke off
    }
  }

  /** False when there is no telling what follows. */
  private boolean answerAll(StringBuilder bytes, Socket socket) throws IOException {
    while (true) {
      switch (Rfc9112.next(bytes.toString(), 0)) {
        case Next.Unfinished() -> {
          return true;
        }
        case Next.Malformed(String why) -> {
          malformed.add(why + " in " + bytes);
          return false;
        }
        case Next.Whole(Message message, int end) -> {
          bytes.delete(0, end);
          if (!message.target().equals("/ready")) {
            requests.add(message);
          }
          socket.getOutputStream().write(ANSWER);
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
