package dev.reveille.modelserver.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.reveille.modelserver.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fetching from a depot that does not always behave. */
class DepotSourceTest {
  private static final Config.Identity IDENTITY = new Config.Identity("u1", "r1", "m1", "k1");
  private static final int MOST_TRIES = 4;

  private final AtomicInteger asked = new AtomicInteger();
  private final byte[] model = new byte[300_000];
  private HttpServer depot;

  @BeforeEach
  void startDepot() throws IOException {
    new Random(7).nextBytes(model);
    depot = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    depot.start();
  }

  @AfterEach
  void stopDepot() {
    depot.stop(0);
  }

  private static Config.Source source(String url) {
    return new Config.Source(List.of(url), "", "");
  }

  private Fetched fetch(long mostInMemory) {
    String url = "http://127.0.0.1:" + depot.getAddress().getPort() + "/models/m1";
    return new DepotSource(source(url), IDENTITY, MOST_TRIES, mostInMemory).fetch();
  }

  /** Answers with {@code status} and {@code body} {@code times} times, then with the model. */
  private void answers(int status, String body, int times) {
    depot.createContext(
        "/models/m1",
        exchange -> {
          boolean refuse = asked.incrementAndGet() <= times;
          byte[] bytes = refuse ? body.getBytes(StandardCharsets.UTF_8) : model;
          exchange.sendResponseHeaders(refuse ? status : 200, refuse ? 0 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static byte[] bytesOf(Fetched fetched) {
    try (ModelBytes bytes = assertInstanceOf(Fetched.Complete.class, fetched).bytes()) {
      byte[] copy = new byte[bytes.buffer().limit()];
      bytes.buffer().get(0, copy);
      assertTrue(bytes.buffer().isDirect());
      return copy;
    }
  }

  @Test
  void theModelComesInOnePieceInMemoryOrThroughAFile() {
    answers(0, "", 0);
    assertArrayEquals(model, bytesOf(fetch(Long.MAX_VALUE)));
    assertArrayEquals(model, bytesOf(fetch(1000)));
  }

  @ParameterizedTest
  @CsvSource({"503,'{\"error\":\"fetching\",\"reason\":\"Fetching\"}'", "500,''", "502,'no json'"})
  void passingFailuresAreTriedAgain(int status, String body) {
    answers(status, body, 2);
    assertArrayEquals(model, bytesOf(fetch(Long.MAX_VALUE)));
    assertEquals(3, asked.get());
  }

  @ParameterizedTest
  @CsvSource({
    "401,'',Unauthorized",
    "404,'',ModelNotFound",
    "404,'{\"error\":\"é\",\"reason\":\"NoSuchModel\"}',NoSuchModel",
    "400,'{\"x\":[{}]}',DepotUnavailable",
    "502,'{\"error\":\"it is gone\",\"reason\":\"SourceNotFound\"}',SourceNotFound"
  })
  void aReasonOrAClientErrorIsFinal(int status, String body, String reason) {
    answers(status, body, MOST_TRIES);
    assertEquals(reason, assertInstanceOf(Fetched.Failed.class, fetch(1)).reason());
    assertEquals(1, asked.get());
  }

  @Test
  void triesAreBounded() {
    answers(503, "{\"error\":\"still fetching\",\"reason\":\"Fetching\"}", 100);
    Fetched.Failed failed = assertInstanceOf(Fetched.Failed.class, fetch(1));
    assertEquals("DepotUnavailable", failed.reason());
    assertTrue(failed.message().contains("still fetching"), failed.message());
    assertEquals(MOST_TRIES, asked.get());
  }

  @Test
  void aDepotThatIsNotThereIsTriedAgain() throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0)) {
      unused = socket.getLocalPort();
    }
    Fetched fetched =
        new DepotSource(source("http://127.0.0.1:" + unused + "/"), IDENTITY, 3, 1).fetch();
    Fetched.Failed failed = assertInstanceOf(Fetched.Failed.class, fetched);
    assertEquals("DepotUnavailable", failed.reason());
    assertTrue(failed.message().contains("refused"), failed.message());
  }

  @Test
  void anAnswerThatBreaksOffIsTriedAgain() {
    depot.createContext(
        "/models/m1",
        exchange -> {
          exchange.sendResponseHeaders(200, model.length);
          boolean whole = asked.incrementAndGet() == 2;
          exchange.getResponseBody().write(model, 0, whole ? model.length : 1000);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    assertArrayEquals(model, bytesOf(fetch(Long.MAX_VALUE)));
    assertEquals(2, asked.get());
  }

  @Test
  void aModelLargerThanAnOnnxFileCanBeIsNotRead() {
    depot.createContext(
        "/models/m1",
        exchange -> {
          exchange.sendResponseHeaders(200, 3_000_000_000L);
          exchange.getResponseBody().flush();
        });
    Fetched.Failed failed = assertInstanceOf(Fetched.Failed.class, fetch(1));
    assertEquals("ModelTooLarge", failed.reason());
  }
}
