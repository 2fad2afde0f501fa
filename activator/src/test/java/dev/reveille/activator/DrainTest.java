package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An activator that stops takes leave of its clients: none of them notices. */
class DrainTest {
  private static final int LARGE = 30_000_000;

  @TempDir Path depot;
  private final Vertx elsewhere = Vertx.vertx();
  private Running running;
  private Pod pod;
  private Pod slow;
  private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

  @BeforeEach
  void start() throws Exception {
    running = new Running(depot);
    pod = new Pod(elsewhere, "i1");
    running.endpoint("m", Running.inImage());
    running.hello("m", "i1", pod.port(), "ready");
    slow = new Pod(elsewhere, "i2").behaves(Pod.Manner.HANG);
    running.endpoint("slow", Running.inImage());
    running.hello("slow", "i2", slow.port(), "ready");
  }

  @AfterEach
  void stop() {
    slow.release();
    drained.join();
    running.close();
    elsewhere.close().toCompletionStage().toCompletableFuture().join();
  }

  /** As long as this one runs, so does the activator. */
  private CompletableFuture<HttpResponse<String>> hangs() {
    CompletableFuture<HttpResponse<String>> answer = running.call("slow", "slow");
    until("it runs", () -> slow.holds() == 1);
    return answer;
  }

  private void drain() {
    drained =
        CompletableFuture.runAsync(running.activator::drain, task -> new Thread(task).start());
    until("it is not ready any more", () -> !isReady());
  }

  private boolean isReady() {
    try {
      return running.internal("GET", "/readyz", "", "").statusCode() == 200;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void post(Socket client, String body) throws IOException {
    client
        .getOutputStream()
        .write(
            ("POST /namespaces/demo/endpoints/m/x HTTP/1.1\r\nHost: a\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The head of the answer, lower case, and its body behind it. */
  private static String answer(InputStream in, int bodyBytes) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      assertTrue(next >= 0, () -> "cut: " + read);
      read.write(next);
    }
    read.write(in.readNBytes(bodyBytes));
    return read.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  @Test
  void eachConnectionIsToldWithItsNextAnswerAndServedUntilThen() throws Exception {
    try (Socket client = new Socket("127.0.0.1", running.activator.dataPort())) {
      InputStream in = client.getInputStream();
      post(client, "before");
      assertFalse(answer(in, 6).contains("connection: close"), "it goes on");
      CompletableFuture<HttpResponse<String>> held = hangs();
      drain();
      post(client, "during");
      String told = answer(in, 6);
      assertTrue(told.endsWith("during"), told);
      assertTrue(told.contains("connection: close"), told);
      assertFalse(drained.isDone(), "somebody still waits for an answer");
      assertEquals(200, running.call("m", "new connection").join().statusCode());
      slow.release();
      assertEquals("slow", held.join().body());
      assertEquals("close", held.join().headers().firstValue("Connection").orElse(""));
    }
  }

  @Test
  void anHttp2ConnectionIsToldAndWhatIsOnItsWayIsServed() throws Exception {
    try (RawHttp2 client = new RawHttp2(running.activator.dataPort())) {
      hangs();
      drain();
      client.request(1, RawHttp2.get("m.demo"));
      RawHttp2.Frame farewell = client.next(1);
      assertEquals(RawHttp2.GOAWAY, farewell.type());
      assertEquals(Integer.MAX_VALUE, ByteBuffer.wrap(farewell.payload()).getInt(0));
      assertEquals(0, farewell.code());
      assertEquals(RawHttp2.HEADERS, client.next(1).type());
      client.request(3, RawHttp2.get("m.demo"));
      RawHttp2.Frame second = client.next(3);
      while (second.type() == RawHttp2.GOAWAY && second.payload().length > 0) {
        second = client.next(3);
      }
      assertEquals(RawHttp2.HEADERS, second.type());
    }
  }

  @Test
  void whoReadsSlowlyHasAllOfTheAnswer() throws Exception {
    byte[] body = new byte[LARGE];
    Arrays.fill(body, (byte) 'x');
    OwnServer large =
        new OwnServer(
            elsewhere,
            request -> request.response().end(new String(body, StandardCharsets.ISO_8859_1)));
    running.endpoint("large", large.speaking("http1"));
    running.pod("p1", "uid-large", "", "127.0.0.1");
    try (Socket client = new Socket("127.0.0.1", running.activator.dataPort())) {
      client.setReceiveBufferSize(64 << 10);
      client
          .getOutputStream()
          .write(
              "GET /namespaces/demo/endpoints/large/x HTTP/1.1\r\nHost: a\r\n\r\n"
                  .getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = new BufferedInputStream(client.getInputStream());
      until("it is answered", () -> large.executed.get() == 1);
      drain();
      answer(in, 0);
      assertEquals(LARGE, in.readNBytes(LARGE).length);
    } finally {
      large.close();
    }
  }
}
