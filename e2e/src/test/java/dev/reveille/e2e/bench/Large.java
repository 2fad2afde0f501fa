package dev.reveille.e2e.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.reveille.e2e.kit.Cluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Bodies of 64 MiB, and answers without an end, through an activator: how fast, and whether its
 * memory grows with them.
 */
record Large(URI activator, String host, Cluster cluster) {
  private static final int CLIENTS = 16;
  private static final int BODIES = 4; // each
  private static final long BODY = 64L << 20;
  private static final long ENDLESS = 1L << 40;
  private static final long SECONDS = 15;
  private static final byte[] BLOCK = new byte[64 << 10];

  void measure() {
    report("%d bodies of 64 MiB, %d at once".formatted(CLIENTS * BODIES, CLIENTS), this::upload);
    report("%d answers without end".formatted(CLIENTS), this::download);
  }

  /** Says how many bytes passed. */
  private interface Transfer {
    long bytes() throws IOException;
  }

  private void report(String what, Transfer transfer) {
    long began = System.nanoTime();
    long bytes = 0;
    try (ActivatorMemory memory = new ActivatorMemory(cluster);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Long>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(CompletableFuture.supplyAsync(() -> unchecked(transfer), threads));
      }
      for (CompletableFuture<Long> each : all) {
        bytes += each.join();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf(
          "%s: %.1f GiB in %.1f s, %.0f MiB/s; %s%n",
          what, bytes / (double) (1 << 30), seconds, bytes / seconds / (1 << 20), memory);
    }
  }

  private static long unchecked(Transfer transfer) {
    try {
      return transfer.bytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(activator.getHost(), activator.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private long upload() throws IOException {
    String head =
        "POST /sink HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + BODY + "\r\n\r\n";
    String told = "\r\n\r\n" + BODY;
    try (Socket socket = connect()) {
      for (int i = 0; i < BODIES; i++) {
        send(socket, head);
        for (long sent = 0; sent < BODY; sent += BLOCK.length) {
          socket.getOutputStream().write(BLOCK);
        }
        expect(socket.getInputStream(), told);
      }
      return BODIES * BODY;
    }
  }

  private static void expect(InputStream in, String end) throws IOException {
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("cut: " + answer);
      }
      answer.append((char) next);
    }
    if (answer.indexOf(" 200 ") < 0) {
      throw new IOException("not served: " + answer);
    }
  }

  private long download() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    byte[] some = new byte[BLOCK.length];
    long bytes = 0;
    try (Socket socket = connect()) {
      send(socket, "GET /zeros?bytes=" + ENDLESS + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      while (System.nanoTime() - end < 0) {
        int count = socket.getInputStream().read(some);
        if (count < 0) {
          throw new IOException("cut after " + bytes + " bytes");
        }
        bytes += count;
      }
    }
    return bytes;
  }
}
