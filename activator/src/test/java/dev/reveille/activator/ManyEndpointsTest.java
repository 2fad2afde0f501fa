package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an activator knows costs a request nothing. */
class ManyEndpointsTest {
  private static final int MANY = 5_000;
  private static final int FEW = 10;
  private static final int ROUNDS = 40;
  private static final int ROUND = 100;

  /** An activator that knows so many, and a connection to one of them. */
  private record Known(Running running, RawHttp1 client, double[] micros) implements AutoCloseable {
    static Known of(int endpoints, Path depot, int backend) throws Exception {
      Running running = new Running(Files.createDirectories(depot));
      for (int i = 0; i < endpoints; i++) {
        running.endpoint("own-" + i, OwnServer.at(backend));
      }
      running.pod("p", "uid-own-0", "", "127.0.0.1");
      RawHttp1 client = new RawHttp1(running.activator.dataPort(), 10_000);
      return new Known(running, client, new double[ROUNDS * ROUND]);
    }

    void ask(int at) throws IOException {
      long began = System.nanoTime();
      client.send("GET /x HTTP/1.1\r\nHost: own-0.demo\r\n\r\n");
      assertEquals(List.of(200), client.read(1).statuses());
      micros[at] = (System.nanoTime() - began) / 1e3;
    }

    double percentile(int percent) {
      double[] sorted = micros.clone();
      Arrays.sort(sorted);
      return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "N=%d p50 %.0f p95 %.0f max %.0f µs",
          micros.length,
          percentile(50),
          percentile(95),
          percentile(100));
    }

    @Override
    public void close() throws IOException {
      client.close();
      running.close();
    }
  }

  @Test
  void aRequestAmongFiveThousandIsAsFastAsOneAmongTen(@TempDir Path depot) throws Exception {
    try (RecordingServer server = new RecordingServer();
        Known few = Known.of(FEW, depot.resolve("few"), server.port());
        Known many = Known.of(MANY, depot.resolve("many"), server.port())) {
      for (int round = 0; round < ROUNDS; round++) { // in turn: both see the same machine
        for (int i = 0; i < ROUND; i++) {
          few.ask(round * ROUND + i);
        }
        for (int i = 0; i < ROUND; i++) {
          many.ask(round * ROUND + i);
        }
        server.requests.clear();
      }
      double ratio = many.percentile(50) / few.percentile(50);
      System.out.printf(
          "a request among %d: %s; among %d: %s; p50 %.2f times as long%n",
          FEW, few, MANY, many, ratio);
      assertTrue(ratio < 2, () -> ratio + " times as long");
    }
  }
}
