package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ActivationSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that become WebSockets, and those that only pretend to. */
class WebSocketTest {
  private static final int BIG = 4 << 20;
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<HttpServerRequest> last = new AtomicReference<>();
  private Running running;
  private WebSocketClient client;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    client =
        running.vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxMessageSize(2 * BIG));
  }

  @AfterEach
  void stop() {
    running.close();
  }

  /** Says each message back; leaves when told to. */
  private OwnServer echo() {
    return new OwnServer(
        running.vertx,
        request -> {
          last.set(request);
          request
              .toWebSocket()
              .onSuccess(
                  socket -> {
                    socket.closeHandler(gone -> closed.set(true));
                    socket.textMessageHandler(
                        text -> {
                          if (text.equals("leave")) {
                            socket.close();
                          } else {
                            socket.writeTextMessage(text);
                          }
                        });
                    socket.binaryMessageHandler(socket::writeBinaryMessage);
                  });
        });
  }

  private Future<WebSocket> connect(String host) {
    return client.connect(
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(running.activator.dataPort())
            .setURI("/chat")
            .putHeader("Host", host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http1", "h2c"})
  void oneWaitsForASleepingEndpointAndKeepsItAwakeUntilItCloses(String protocol) {
    try (OwnServer server = echo()) {
      running.endpoint("chat", server.speaking(protocol));
      Future<WebSocket> connecting = connect("chat.demo");
      until("it waits", () -> running.queued("chat") == 1);
      running.pod("p", "uid-chat", "", "127.0.0.1");
      WebSocket socket = Caller.await(connecting);
      AtomicReference<String> got = new AtomicReference<>("");
      socket.textMessageHandler(got::set);
      socket.writeTextMessage("hello");
      until("it is answered", () -> got.get().equals("hello"));
      assertEquals("chat.demo", last.get().getHeader("Host"));
      assertEquals(1, running.inFlight("chat"));
      var gate = running.activator.endpoints().named("demo", "chat").gate();
      assertEquals(0, gate.idleNanos(System.nanoTime() + 60_000_000_000L), "it is not idle");
      socket.close();
      until("the backend hears it", closed::get);
      until("its place is free", () -> running.inFlight("chat") == 0);
    }
  }

  @Test
  void bigMessagesPassWholeBothWays() {
    try (OwnServer server = big()) {
      running.endpoint("chat", server.speaking("http1"));
      running.pod("p", "uid-chat", "", "127.0.0.1");
      WebSocket socket = Caller.await(connect("chat.demo"));
      byte[] message = new byte[BIG];
      new Random(7).nextBytes(message);
      AtomicReference<Buffer> got = new AtomicReference<>();
      socket.binaryMessageHandler(got::set);
      socket.writeBinaryMessage(Buffer.buffer(message));
      until("it came back", () -> got.get() != null);
      assertEquals(Buffer.buffer(message), got.get());
    }
  }

  private OwnServer big() {
    return new OwnServer(
        running.vertx,
        request ->
            request
                .toWebSocket()
                .onSuccess(
                    socket -> {
                      Buffer whole = Buffer.buffer();
                      socket.frameHandler(
                          frame -> {
                            whole.appendBuffer(frame.binaryData());
                            if (whole.length() == BIG) {
                              socket.writeBinaryMessage(whole);
                            }
                          });
                    }));
  }

  @Test
  void aBackendThatLeavesClosesTheClientsSide() {
    try (OwnServer server = echo()) {
      running.endpoint("chat", server.speaking("http1"));
      running.pod("p", "uid-chat", "", "127.0.0.1");
      WebSocket socket = Caller.await(connect("chat.demo"));
      AtomicBoolean gone = new AtomicBoolean();
      socket.closeHandler(left -> gone.set(true));
      socket.writeTextMessage("leave");
      until("the client hears it", gone::get);
      until("its place is free", () -> running.inFlight("chat") == 0);
    }
  }

  @Test
  void aRefusalOfTheBackendIsItsAnswer() {
    try (OwnServer server =
        new OwnServer(
            running.vertx, request -> request.response().setStatusCode(403).end("not you"))) {
      running.endpoint("chat", server.speaking("http1"));
      running.pod("p", "uid-chat", "", "127.0.0.1");
      for (int i = 0; i < 3; i++) {
        Throwable refused =
            assertThrows(CompletionException.class, () -> Caller.await(connect("chat.demo")))
                .getCause();
        UpgradeRejectedException rejected = (UpgradeRejectedException) refused;
        assertEquals(403, rejected.getStatus());
        assertEquals("not you", rejected.getBody().toString());
      }
      until("its place is free", () -> running.inFlight("chat") == 0);
      assertEquals(3, server.executed.get());
    }
  }

  @Test
  void oneThatWaitsIsRefusedLikeAnyRequest() {
    try (OwnServer server = echo()) {
      running.endpoint("full", server.speaking("http1").with(new ActivationSpec(60, 0, "64Mi")));
      UpgradeRejectedException refused =
          (UpgradeRejectedException)
              assertThrows(CompletionException.class, () -> Caller.await(connect("full.demo")))
                  .getCause();
      assertEquals(429, refused.getStatus());
      assertTrue(refused.getBody().toString().contains("QueueFull"));
    }
  }

  @Test
  void oneThatLeavesWhileItWaitsFreesItsPlace() throws Exception {
    try (OwnServer server = echo()) {
      running.endpoint("chat", server.speaking("http1"));
      try (Socket raw = upgrade("websocket", "Upgrade", KEY)) {
        until("it waits", () -> running.queued("chat") == 1);
        assertTrue(raw.isConnected());
      }
      until("its place is free", () -> running.queued("chat") == 0);
    }
  }

  @Test
  void whatIsNoWebSocketIsNotUpgraded() throws Exception {
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              last.set(request);
              request.response().end("plain");
            })) {
      running.endpoint("chat", server.speaking("http1"));
      running.pod("p", "uid-chat", "", "127.0.0.1");
      expectPlain(upgrade("tls/1.0", "Upgrade", ""));
      expectPlain(upgrade("websocket, h2c", "Upgrade", KEY));
      expectPlain(upgrade("websocket", "keep-alive", KEY));
      expectPlain(upgrade("websocket", "Upgrade", KEY + "Content-Length: 2\r\n\r\nhi"));
      expectPlain(upgrade("websocket", "Upgrade", KEY + "Transfer-Encoding: chunked\r\n\r\n0\r\n"));
    }
  }

  private void expectPlain(Socket socket) throws IOException {
    try (socket) {
      assertTrue(read(socket.getInputStream(), "plain").startsWith("HTTP/1.1 200 "));
      assertFalse(last.get().headers().contains("Upgrade"), "no upgrade reaches the backend");
      assertFalse(last.get().headers().contains("Connection"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 199 Whatever\r\n\r\n"
      })
  void aBackendThatSwitchesUnaskedGetsNoTunnel(String answer) throws Exception {
    Vertx plain = Vertx.vertx(); // the activator's takes nothing but HTTP
    var rogue =
        Caller.await(
            plain
                .createNetServer()
                .connectHandler(
                    socket ->
                        socket.handler(
                            bytes ->
                                socket.write(
                                    bytes.toString().startsWith("GET /ready")
                                        ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                        : answer
                                            + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")))
                .listen(0, "127.0.0.1"));
    running.endpoint("chat", OwnServer.at(rogue.actualPort()));
    running.pod("p", "uid-chat", "", "127.0.0.1");
    for (Socket socket :
        new Socket[] {upgrade("tls/1.0", "Upgrade", ""), upgrade("websocket", "Upgrade", KEY)}) {
      try (socket) {
        String got = read(socket.getInputStream(), "requestId");
        assertTrue(got.startsWith("HTTP/1.1 502 "), got);
        assertFalse(got.contains("secret"), got);
      }
    }
    Caller.await(plain.close());
  }

  /** The first bytes of a connection to chat.demo. */
  private Socket upgrade(String to, String connection, String more) throws IOException {
    Socket socket = new Socket("127.0.0.1", running.activator.dataPort());
    socket.setSoTimeout(20_000);
    String head =
        "GET / HTTP/1.1\r\nHost: chat.demo\r\nUpgrade: %s\r\nConnection: %s\r\n"
            .formatted(to, connection);
    String end = more.contains("\r\n\r\n") ? (more.endsWith("0\r\n") ? "\r\n" : "") : "\r\n";
    socket
        .getOutputStream()
        .write(
            (head + "Sec-WebSocket-Version: 13\r\n" + more + end)
                .getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  /** What comes, up to and with {@code last}. */
  private static String read(InputStream from, String last) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(last) < 0) {
      int next = from.read();
      if (next < 0) {
        break;
      }
      read.append((char) next);
    }
    return read.toString();
  }
}
