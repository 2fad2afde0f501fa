package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client may not ask of an HTTP/2 connection. */
class Http2BoundsTest {
  private static final int PROTOCOL_ERROR = 1;

  private Running running;
  private OwnServer server;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    server = new OwnServer(running.vertx, request -> request.response().end("ok"));
    running.endpoint("own", server.speaking("http1"));
    running.pod("p", "uid-own", "", "127.0.0.1");
  }

  @AfterEach
  void stop() {
    server.close();
    running.close();
  }

  private RawHttp2 connect() throws IOException {
    return new RawHttp2(running.activator.dataPort());
  }

  /** Whatever one connection did, others are served. */
  private void expectService() {
    Caller caller = new Caller(running, HttpVersion.HTTP_2);
    Caller.Got got = Caller.await(caller.send("own.demo", HttpMethod.GET, "/", null));
    assertEquals("ok", got.body().toString());
  }

  @Test
  void resettingStreamAfterStreamEndsTheConnection() throws Exception {
    try (RawHttp2 raw = connect()) {
      assertThrows(
          IOException.class,
          () -> {
            for (int stream = 1; stream < 100_000; stream += 2) {
              raw.request(stream, RawHttp2.get("own.demo"));
              raw.write(RawHttp2.reset(stream));
            }
          });
    }
    expectService();
    assertTrue(server.executed.get() < 2000, server.executed + " were executed");
  }

  @Test
  void pingsWhoseAnswersAreNotReadEndTheConnection() throws Exception {
    byte[] ping = RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8]);
    byte[] many = new byte[1000 * ping.length];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(ping, 0, many, i * ping.length, ping.length);
    }
    try (RawHttp2 raw = connect()) {
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 5_000; i++) {
              raw.write(many);
            }
          });
    }
    expectService();
  }

  @Test
  void aHeadOfMoreThanSixteenKibIsRefused() throws Exception {
    try (RawHttp2 raw = connect()) {
      raw.request(1, RawHttp2.get("own.demo", "x-much", "x".repeat(20_000)));
      RawHttp2.Frame answer = raw.next(1);
      assertTrue(
          answer.type() == RawHttp2.GOAWAY
              || new String(answer.payload(), StandardCharsets.ISO_8859_1).contains("431"),
          answer.toString());
    }
    assertEquals(0, server.executed.get());
    expectService();
  }

  @ParameterizedTest
  @CsvSource({
    "connection, close",
    "connection, upgrade",
    "upgrade, websocket",
    "transfer-encoding, chunked",
    "keep-alive, timeout=5",
    "proxy-connection, close",
    "host, other.demo",
    "X-Upper, case",
    ":path, /twice",
  })
  void fieldsThatHttp2DoesNotHaveReachNobody(String name, String value) throws Exception {
    try (RawHttp2 raw = connect()) {
      raw.request(1, RawHttp2.get("own.demo", name, value));
      RawHttp2.Frame answer = raw.next(1);
      assertTrue(answer.type() != RawHttp2.HEADERS, "it is not answered");
      assertTrue(
          answer.code() == PROTOCOL_ERROR || answer.type() == RawHttp2.GOAWAY, answer.toString());
    }
    assertEquals(0, server.executed.get());
    expectService();
  }

  @Test
  void connectIsNotForwarded() throws Exception {
    try (RawHttp2 raw = connect()) {
      raw.request(1, ":method", "CONNECT", ":authority", "own.demo");
      assertEquals(RawHttp2.HEADERS, raw.next(1).type());
    }
    try (Socket socket = new Socket("127.0.0.1", running.activator.dataPort())) {
      socket
          .getOutputStream()
          .write(
              "CONNECT own.demo:80 HTTP/1.1\r\nHost: own.demo\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      assertEquals("HTTP/1.1 405", new String(start, StandardCharsets.US_ASCII));
    }
    assertEquals(0, server.executed.get());
  }
}
