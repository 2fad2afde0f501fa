package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.RequestsSpec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take their time have so much of it, however evenly they spend it. */
class SlowClientTest {
  private static final int CHUNKS = 512;

  private Running running;
  private OwnServer server;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running =
        new Running(
            depot,
            "activator",
            Map.of("REVEILLE_CLIENT_HEAD_SECONDS", "1", "REVEILLE_CLIENT_READ_SECONDS", "2"));
    server =
        new OwnServer(
            running.vertx,
            request -> {
              if (request.uri().equals("/big")) {
                request.response().setChunked(true);
                OwnServer.pour(request, Buffer.buffer(new byte[64 << 10]), CHUNKS);
              } else if (request.uri().startsWith("/blocks/")) {
                request.response().setChunked(true);
                int blocks = Integer.parseInt(request.uri().substring("/blocks/".length()));
                OwnServer.pour(request, Buffer.buffer(new byte[64 << 10]), blocks);
              } else if (request.uri().equals("/body")) {
                request.body().onSuccess(whole -> request.response().end("whole"));
              } else {
                request.response().end("ok");
              }
            });
    running.endpoint("own", server.speaking("http1"));
    running.pod("p", "uid-own", "", "127.0.0.1");
  }

  @AfterEach
  void stop() {
    server.close();
    running.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8 << 10);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress("127.0.0.1", running.activator.dataPort()));
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private void expectService() {
    Caller caller = new Caller(running, HttpVersion.HTTP_1_1);
    Caller.Got got = Caller.await(caller.send("own.demo", HttpMethod.GET, "/", null));
    assertEquals("ok", got.body().toString());
  }

  /** A byte now and then does not put the end off. */
  @Test
  void aHeadThatDripsIsRefusedWhenItsTimeIsOver() throws Exception {
    try (Socket slow = connect()) {
      send(slow, "GET / HTTP/1.1\r\nHost: own.demo\r\n");
      long began = System.nanoTime();
      while (slow.getInputStream().available() == 0) {
        assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(15), "it is refused");
        send(slow, "X: y\r\n");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      assertTrue(System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(900), "not before");
      String answer = new String(slow.getInputStream().readNBytes(12), ISO_8859_1);
      assertEquals("HTTP/1.1 408", answer);
    }
    assertEquals(0, server.executed.get());
    expectService();
  }

  /** A second head on a connection has a time of its own, and answers that are due come first. */
  @Test
  void aSecondHeadThatDripsCostsNoAnswerThatIsDue() throws Exception {
    try (Socket slow = connect()) {
      send(slow, "GET / HTTP/1.1\r\nHost: own.demo\r\n\r\nGET /");
      String all = new String(slow.getInputStream().readAllBytes(), ISO_8859_1);
      assertTrue(all.startsWith("HTTP/1.1 200"), all);
      assertTrue(all.contains(" 408 Request Timeout") && all.contains("HeadTooSlow"), all);
    }
  }

  /** A body that is streamed has its time as well, and a replica that waits for it no fault. */
  @Test
  void replicasAreNotBlamedForBodiesThatDoNotCome() throws Exception {
    running.endpoint(
        "own", server.speaking("http1", new RequestsSpec(1, "2Mi", true), ActivationSpec.DEFAULTS));
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 8; i++) { // five faults in a row leave a replica out
      slow.add(connect());
      send(
          slow.getLast(),
          "POST /body HTTP/1.1\r\nHost: own.demo\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    }
    for (Socket each : slow) {
      try (each) {
        String all = new String(each.getInputStream().readAllBytes(), ISO_8859_1);
        assertTrue(all.startsWith("HTTP/1.1 408") && all.contains("BodyTooSlow"), all);
      }
    }
    assertEquals(8, server.executed.get());
    assertEquals(List.of(), running.activator.endpoints().named("demo", "own").gate().failing());
    expectService();
  }

  @Test
  void whoConnectsAndSaysNothingIsNotKept() throws Exception {
    try (Socket silent = connect();
        Socket nearly = connect()) {
      send(nearly, "\r");
      assertEquals(-1, silent.getInputStream().read());
      assertEquals(-1, nearly.getInputStream().read(), "an empty line is no sign of life");
    }
  }

  @Test
  void anAnswerThatIsNotReadIsBrokenOff() throws Exception {
    try (Socket slow = connect()) {
      send(slow, "GET /big HTTP/1.1\r\nHost: own.demo\r\n\r\n");
      until("it runs", () -> running.inFlight("own") == 1);
      until("its place is free", () -> running.inFlight("own") == 0);
      byte[] got = new byte[64 << 10];
      long length = 0;
      try {
        for (int count = 0; count >= 0; count = slow.getInputStream().read(got)) {
          length += count;
        }
      } catch (IOException reset) {
        // as good as an end
      }
      assertTrue(length < (long) CHUNKS * (64 << 10), "a cut answer looks cut");
    }
    until("nothing is held", () -> running.figure("reveille_request_memory_bytes") == 0);
    expectService();
  }

  @Test
  void aStreamThatIsNotReadIsReset() {
    Caller http2 = new Caller(running, HttpVersion.HTTP_2);
    HttpClientResponse unread = Caller.await(http2.head("own.demo", "/big"));
    until("its place is free", () -> running.inFlight("own") == 0);
    var whole = unread.body();
    unread.resume();
    until("the client hears it", whole::isComplete);
    assertFalse(whole.succeeded(), "a cut answer looks cut");
    expectService();
  }

  /** Whether its end waits at the backend, in our memory, or is all with the kernel. */
  @Test
  void nothingIsKeptForWhoDoesNotReadHoweverMuchHisSocketTakes() throws Exception {
    List<Socket> unread = new ArrayList<>();
    try {
      for (int blocks = 1; blocks <= 96; blocks += 2) {
        Socket socket = connect();
        unread.add(socket);
        send(socket, "GET /blocks/" + blocks + " HTTP/1.1\r\nHost: own.demo\r\n\r\n");
      }
      until("all are asked", () -> server.executed.get() == unread.size());
      until("nothing is held", () -> running.figure("reveille_request_memory_bytes") == 0);
    } finally {
      for (Socket each : unread) {
        each.close();
      }
    }
    expectService();
  }

  /** The kernel keeps what it took; but the connection is over. */
  @Test
  void theConnectionOfWhoDoesNotReadIsClosed() throws Exception {
    try (Socket slow = connect()) {
      send(slow, "GET /big HTTP/1.1\r\nHost: own.demo\r\n\r\n");
      until("it runs", () -> server.executed.get() == 1);
      until("ours is over", () -> !isEstablishedAtServer(slow.getLocalPort()));
    }
  }

  /** By the kernel's table (proc(5)): the end whose peer has that port. */
  private static boolean isEstablishedAtServer(int port) {
    String peer = ":%04X".formatted(port);
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .flatMap(table -> lines(Path.of(table)))
        .map(line -> line.strip().split("\\s+"))
        .anyMatch(line -> line[2].endsWith(peer) && line[3].equals("01"));
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Request after request, and no answer read. */
  @Test
  void whoAsksOnAndOnAndReadsNothingIsCutOff() throws Exception {
    String many = "GET /x HTTP/1.1\r\nHost: nobody\r\n\r\n".repeat(1000);
    try (Socket greedy = connect()) {
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 1000; i++) {
              send(greedy, many);
            }
          });
    }
    expectService();
  }

  /** Slowly, but more than what is buffered in that time: that is the client's right. */
  @Test
  void whoReadsOnIsServedToTheEnd() throws Exception {
    try (Socket steady = connect()) {
      send(steady, "GET /big HTTP/1.1\r\nHost: own.demo\r\nConnection: close\r\n\r\n");
      byte[] got = new byte[256 << 10];
      long length = 0;
      for (int count = 0; count >= 0; count = steady.getInputStream().read(got)) {
        length += count;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(length < 4 << 20 ? 1 : 0));
      }
      assertTrue(length > (long) CHUNKS * (64 << 10), length + " bytes");
    }
  }
}
