package dev.reveille.modelserver.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An activator that costs as little as can be: sends a model from its file, notes when hellos come.
 */
final class Depot implements Closeable {

  /** What was posted, and when. */
  record Posted(String path, String body, long at) {}

  final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
  private final ServerSocketChannel socket;
  private final FileChannel model;

  Depot(Path model) throws IOException {
    this.model = FileChannel.open(model);
    this.socket = ServerSocketChannel.open();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  String url(String path) throws IOException {
    return "http://127.0.0.1:" + ((InetSocketAddress) socket.getLocalAddress()).getPort() + path;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = socket.accept();
        Thread.ofPlatform().daemon().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      ByteBuffer in = ByteBuffer.allocate(65536);
      String text = "";
      while (!isWhole(text) && client.read(in) >= 0) {
        text = new String(in.array(), 0, in.position(), ISO_8859_1);
      }
      long at = System.nanoTime();
      if (text.startsWith("POST")) {
        String path = text.substring(5, text.indexOf(' ', 5));
        client.write(ByteBuffer.wrap("HTTP/1.1 204 No Content\r\n\r\n".getBytes(UTF_8)));
        posted.add(new Posted(path, text.substring(text.indexOf("\r\n\r\n") + 4), at));
      } else {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + model.size() + "\r\n\r\n";
        client.write(ByteBuffer.wrap(head.getBytes(UTF_8)));
        for (long sent = 0; sent < model.size(); ) {
          sent += model.transferTo(sent, model.size() - sent, client);
        }
      }
    } catch (IOException e) {
      // this client left
    }
  }

  private static boolean isWhole(String text) {
    int end = text.indexOf("\r\n\r\n");
    int length = text.indexOf("Content-Length: ");
    if (end < 0) {
      return false;
    }
    return length < 0
        || text.length() - end - 4
            >= Integer.parseInt(text.substring(length + 16, text.indexOf("\r\n", length)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
    model.close();
  }
}
