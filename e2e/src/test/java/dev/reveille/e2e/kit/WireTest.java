package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The client reads every kind of answer that is measured, and no half ones. */
class WireTest {
  private static final byte[] REQUEST = Wire.post("host", "/path", "{}".getBytes(UTF_8));

  @Test
  void anAnswerWithALengthIsReadToItsEnd() throws Exception {
    Wire.Reply reply =
        asked(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer-Timing: scale;dur=1\r\n\r\nhello",
            "POST /path HTTP/1.1");
    assertEquals(200, reply.status());
    assertEquals("hello", new String(reply.body(), UTF_8));
    assertEquals(Optional.of("scale;dur=1"), reply.header("server-timing"));
  }

  @Test
  void chunksAreJoined() throws Exception {
    Wire.Reply reply =
        asked(
            """
            HTTP/1.1 503 Busy
            Transfer-Encoding: chunked

            3
            hel
            2;x=y
            lo
            0

            """
                .replace("\n", "\r\n"),
            "POST");
    assertEquals(503, reply.status());
    assertEquals("hello", new String(reply.body(), UTF_8));
  }

  @Test
  void halfAnAnswerIsNone() {
    assertThrows(
        UncheckedIOException.class,
        () -> asked("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhel", "POST"));
  }

  /** Answers one request with these bytes. */
  private static Wire.Reply asked(String answer, String wantedRequest) throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      Thread serving =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket socket = server.accept()) {
                      byte[] request = socket.getInputStream().readNBytes(REQUEST.length);
                      assertEquals(
                          wantedRequest,
                          new String(request, UTF_8).substring(0, wantedRequest.length()));
                      socket.getOutputStream().write(answer.getBytes(UTF_8));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      try (Wire wire = Wire.to(URI.create("http://127.0.0.1:" + server.getLocalPort()))) {
        return wire.ask(REQUEST);
      } finally {
        serving.join();
      }
    }
  }
}
