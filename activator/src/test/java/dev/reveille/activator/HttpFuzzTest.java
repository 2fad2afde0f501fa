package dev.reveille.activator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.RawHttp1.Outcome;
import dev.reveille.activator.Rfc9112.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever bytes go in, what reaches the backend reads as exactly the requests that were let in: by
 * a reader that has nothing in common with the activator's. {@code -Dreveille.fuzz=N} for more,
 * {@code -Dreveille.fuzz.seed=S} for the same again.
 */
class HttpFuzzTest {
  private static final int CONNECTIONS = Integer.getInteger("reveille.fuzz", 3000);
  private static final long SEED = Long.getLong("reveille.fuzz.seed", System.nanoTime());
  private static final int PATIENCE_MILLIS = 5000; // who is late must not be taken for the next
  private static final String END =
      "GET /end HTTP/1.1\r\nHost: own.demo\r\nConnection: close\r\n\r\n";

  /** {H} is the Host field. */
  private static final List<String> REQUESTS =
      List.of(
          "GET /a?b HTTP/1.1\r\n{H}X-A: b, c\r\n\r\n",
          "POST /p HTTP/1.1\r\n{H}Content-Length: 11\r\n\r\nGET /x HTTP",
          "POST /c HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nX-T: u\r\n\r\n",
          "PUT http://own.demo/abs HTTP/1.1\r\n{H}Content-Length: 2\r\n\r\n\r\n",
          "DELETE /d HTTP/1.1\r\n{H}Connection: keep-alive, X-Gone\r\nX-Gone: 1\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\n{H}Origin: http://x\r\n\r\n");

  /** What has taken proxies and servers apart before. */
  private static final List<String> MORSELS =
      List.of(
          "\r\n",
          "\n",
          "\r",
          " ",
          "\t",
          "\0",
          "\u000b",
          ":",
          ";",
          ",",
          "\r\n ",
          "\r\n\t",
          "0\r\n\r\n",
          "Content-Length: 5\r\n",
          "Content-Length: 0\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: identity\r\n",
          "Host: other.demo\r\n",
          "Connection: close\r\n",
          "Connection: Content-Length\r\n",
          "Upgrade: h2c\r\n",
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
          "Upgrade: websocket\r\n",
          "Sec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n",
          "Expect: 100-continue\r\n",
          "Trailer: Content-Length\r\n",
          " HTTP/1.1\r\n",
          "GET /smuggled HTTP/1.1\r\nHost: own.demo\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "+",
          "-",
          "0x",
          "f",
          "\u00ff",
          "%0d%0a",
          "HTTP/1.0");

  private Running running;
  private RecordingServer server;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    server = new RecordingServer();
    running.endpoint("own", OwnServer.at(server.port()));
    running.pod("p", "uid-own", "", "127.0.0.1");
    assertEquals(List.of(200), exchange("", 1).statuses());
  }

  @AfterEach
  void stop() {
    server.close();
    running.close();
  }

  @Test
  void whatReachesTheBackendIsWhatWasLetIn() throws Exception {
    Random random = new Random(SEED);
    int reached = 0;
    int refused = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
      String bytes = mutated(random);
      server.requests.clear();
      List<Message> wellFormed = Rfc9112.messages(bytes + END);
      Outcome outcome = exchange(bytes, wellFormed.size());
      String what = "seed " + SEED + ", connection " + i + ": " + visible(bytes) + " " + outcome;
      assertEquals(List.of(), server.malformed, what);
      expectSome(wellFormed, List.copyOf(server.requests), what);
      reached += server.requests.size();
      refused += (int) outcome.statuses().stream().filter(status -> status >= 400).count();
    }
    System.out.printf(
        "%d connections, seed %d: %d requests reached the backend, %d were refused%n",
        CONNECTIONS, SEED, reached, refused);
    assertTrue(reached > CONNECTIONS / 2 && refused > CONNECTIONS / 50, "both happen");
  }

  private Outcome exchange(String bytes, int most) throws IOException {
    try (RawHttp1 raw = new RawHttp1(running.activator.dataPort(), PATIENCE_MILLIS)) {
      try {
        raw.send(bytes + END);
      } catch (IOException refused) {
        // before all was sent
      }
      return raw.read(most);
    }
  }

  private static String mutated(Random random) {
    StringBuilder bytes = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes.append(oneOf(REQUESTS, random).replace("{H}", "Host: own.demo\r\n"));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length());
      switch (random.nextInt(6)) {
        case 0 -> bytes.insert(at, oneOf(MORSELS, random));
        case 1 -> bytes.insert(lineAt(bytes, at), oneOf(MORSELS, random));
        case 2 -> bytes.deleteCharAt(at);
        case 3 -> bytes.setCharAt(at, (char) random.nextInt(256));
        case 4 -> bytes.delete(at, Math.min(bytes.length(), at + random.nextInt(20)));
        default -> bytes.insert(at, bytes.substring(at, Math.min(bytes.length(), at + 30)));
      }
      if (bytes.isEmpty()) {
        break;
      }
    }
    return bytes.toString();
  }

  private static String oneOf(List<String> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  private static int lineAt(StringBuilder bytes, int at) {
    int end = bytes.indexOf("\n", at);
    return end < 0 ? at : end + 1;
  }

  /** In order, each once: the others were refused for what they ask, not for how. */
  private static void expectSome(List<Message> wellFormed, List<Message> got, String what) {
    int from = 0;
    for (Message each : got) {
      while (from < wellFormed.size() && !is(each, wellFormed.get(from))) {
        from++;
      }
      assertTrue(from < wellFormed.size(), () -> what + " reached it: " + each);
      from++;
    }
  }

  private static boolean is(Message got, Message sent) {
    return got.method().equals(sent.method())
        && got.target().equals(forwarded(sent.target()))
        && got.body().equals(sent.body())
        && sent.values("Host").equals(got.values("Host"))
        && got.values("X-Gone").isEmpty() == nominated(sent, "x-gone");
  }

  private static boolean nominated(Message sent, String name) {
    return sent.values("X-Gone").isEmpty()
        || sent.values("Connection").stream()
            .flatMap(value -> Stream.of(value.split(",", -1)))
            .anyMatch(option -> option.strip().toLowerCase(Locale.ROOT).equals(name));
  }

  private static String forwarded(String target) {
    if (target.startsWith("/namespaces/")) {
      return target;
    }
    String path = target.replaceFirst("(?i)^https?://[^/?]*", "");
    return path.startsWith("/") || path.equals("*") ? path : "/" + path;
  }

  private static String visible(String bytes) {
    StringBuilder visible = new StringBuilder();
    for (byte each : bytes.getBytes(ISO_8859_1)) {
      visible.append(
          each >= ' ' && each < 127 ? String.valueOf((char) each) : "\\x%02x".formatted(each));
    }
    return visible.toString();
  }
}
