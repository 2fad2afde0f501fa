package dev.reveille.modelserver.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A TCP connection for one thread, on which no wait is longer than its patience. */
final class Connection implements Closeable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final long patienceMillis;

  private Connection(SocketChannel channel, Selector selector, long patienceMillis)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.patienceMillis = patienceMillis;
    this.key = channel.configureBlocking(false).register(selector, 0);
  }

  /**
   * Connects.
   *
   * @param patienceMillis how long the other side may be silent, at each step
   */
  static Connection to(InetSocketAddress address, long patienceMillis) throws IOException {
    if (address.isUnresolved()) {
      throw new ConnectException("no address is known for " + address.getHostString());
    }
    SocketChannel channel = SocketChannel.open();
    Selector selector = Selector.open();
    Connection connection = new Connection(channel, selector, patienceMillis);
    try {
      channel.socket().setTcpNoDelay(true);
      boolean connected = channel.connect(address);
      while (!connected) {
        connection.await(SelectionKey.OP_CONNECT);
        connected = channel.finishConnect();
      }
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  /** Reads at least one byte; -1 at the end. */
  int read(ByteBuffer to) throws IOException {
    int read = channel.read(to);
    while (read == 0 && to.hasRemaining()) {
      await(SelectionKey.OP_READ);
      read = channel.read(to);
    }
    return read;
  }

  void write(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      if (channel.write(from) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    if (selector.select(patienceMillis) == 0) {
      throw new SocketTimeoutException("nothing happened for " + patienceMillis + " ms");
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
