package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client may not ask of an HTTP/2 connection. */
class Http2BoundsTest {
  private static final int PROTOCOL_ERROR = 1; // RFC 9113, 7
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int FRAME_SIZE_ERROR = 6;
  private static final int COMPRESSION_ERROR = 9;

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

  /** Frames that cost us something and bring nobody anything, without end. */
  @ParameterizedTest
  @MethodSource("floods")
  void framesWithoutEndEndTheConnection(String what, byte[] opening, byte[] frame)
      throws Exception {
    byte[] many = new byte[500 * frame.length];
    for (int i = 0; i < 500; i++) {
      System.arraycopy(frame, 0, many, i * frame.length, frame.length);
    }
    try (RawHttp2 raw = connect()) {
      raw.write(opening);
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 10_000; i++) {
              raw.write(many);
            }
          },
          what);
    }
    assertEquals(0, server.executed.get());
    expectService();
  }

  static Stream<Arguments> floods() {
    byte[] head = RawHttp2.block(RawHttp2.get("own.demo"));
    byte[] post = RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, head);
    byte[] settings = {0, 4, 0, 0, (byte) 0xff, (byte) 0xff};
    return Stream.of(
        arguments("settings", new byte[0], RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, settings)),
        arguments(
            "empty CONTINUATION",
            RawHttp2.frame(RawHttp2.HEADERS, 0, 1, head),
            RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, new byte[0])),
        arguments(
            "CONTINUATION of fields",
            RawHttp2.frame(RawHttp2.HEADERS, 0, 1, head),
            RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, RawHttp2.block("x-a", "b".repeat(50)))),
        arguments("empty DATA", post, RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[0])));
  }

  /** Each ends the connection with the error that RFC 9113 has for it, or just ends it. */
  @ParameterizedTest
  @MethodSource("violations")
  void whatBreaksTheProtocolEndsTheConnectionOrItsStream(String what, byte[] bytes, int code)
      throws Exception {
    try (RawHttp2 raw = connect()) {
      raw.write(bytes);
      RawHttp2.Frame answer = raw.next(1);
      assertTrue(answer.type() == RawHttp2.GOAWAY || answer.type() == RawHttp2.RST_STREAM, what);
      assertEquals(code, answer.code(), () -> what + ": " + answer);
    }
    assertEquals(0, server.executed.get());
    expectService();
  }

  static Stream<Arguments> violations() {
    byte[] head = RawHttp2.block(RawHttp2.get("own.demo"));
    byte[] open = RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, head);
    byte[] mostWindow = {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    int whole = RawHttp2.END_HEADERS | RawHttp2.END_STREAM;
    return Stream.of(
        arguments(
            "a window beyond 2^31-1",
            RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, 0, mostWindow),
            FLOW_CONTROL_ERROR),
        arguments(
            "a window grown by nothing",
            RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, 0, new byte[4]),
            PROTOCOL_ERROR),
        arguments(
            "settings of five bytes",
            RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, new byte[5]),
            FRAME_SIZE_ERROR),
        arguments(
            "settings of a stream",
            RawHttp2.frame(RawHttp2.SETTINGS, 0, 1, new byte[0]),
            PROTOCOL_ERROR),
        arguments(
            "a ping of seven bytes",
            RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[7]),
            FRAME_SIZE_ERROR),
        arguments(
            "a frame of more than 16 KiB",
            RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[16385]),
            FRAME_SIZE_ERROR),
        arguments(
            "data of a stream that is none",
            RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[1]),
            PROTOCOL_ERROR),
        arguments(
            "an even stream", RawHttp2.frame(RawHttp2.HEADERS, whole, 2, head), PROTOCOL_ERROR),
        arguments(
            "a promise of a client's",
            joined(open, RawHttp2.frame(RawHttp2.PUSH_PROMISE, 4, 1, new byte[] {0, 0, 0, 2})),
            PROTOCOL_ERROR),
        arguments(
            "another frame within a head",
            joined(
                RawHttp2.frame(RawHttp2.HEADERS, 0, 1, head),
                RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8])),
            PROTOCOL_ERROR),
        arguments(
            "a field of a table that is empty",
            RawHttp2.frame(RawHttp2.HEADERS, whole, 1, new byte[] {(byte) 0xfe}),
            COMPRESSION_ERROR),
        arguments(
            "a table of 2^28 bytes",
            RawHttp2.frame(
                RawHttp2.HEADERS, whole, 1, new byte[] {0x3f, (byte) 0xff, (byte) 0xff, 0x7f, 1}),
            COMPRESSION_ERROR));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** A small block whose every byte names a large field of the table (RFC 7541, 7.2.2). */
  @Test
  void aHeadThatUnfoldsToMuchIsRefused() throws Exception {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(RawHttp2.block(RawHttp2.get("own.demo")));
    byte[] large = RawHttp2.block("x-large", "y".repeat(3000));
    large[0] = 0x40; // put into the table
    block.writeBytes(large);
    for (int i = 0; i < 10_000; i++) {
      block.write(0x80 | 62); // and taken out of it
    }
    try (RawHttp2 raw = connect()) {
      int whole = RawHttp2.END_HEADERS | RawHttp2.END_STREAM;
      raw.write(RawHttp2.frame(RawHttp2.HEADERS, whole, 1, block.toByteArray()));
      RawHttp2.Frame answer = raw.next(1);
      assertTrue(
          answer.type() == RawHttp2.GOAWAY
              || new String(answer.payload(), StandardCharsets.ISO_8859_1).contains("431"),
          answer.toString());
    }
    assertEquals(0, server.executed.get());
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
