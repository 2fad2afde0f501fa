package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources that mean no good cost their own endpoint its model, and nobody else anything. */
class PoisonSourceTest {
  private static final int MOST = 1_000_000; // the running activator's bound

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong sent = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean broken = new AtomicBoolean();
  private Running running;
  private HttpServer source;
  private Path folder;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    folder = depot;
    running = new Running(depot);
    source = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    source.setExecutor(threads);
    source.createContext("/hangs", exchange -> await());
    source.createContext("/fine", exchange -> send(exchange, 20, 20));
    source.createContext("/claims", exchange -> send(exchange, 50L * MOST, 50L * MOST));
    source.createContext("/pours", exchange -> send(exchange, 0, 50L * MOST));
    source.createContext("/breaks", exchange -> send(exchange, MOST, MOST / 2));
    source.createContext(
        "/breaks-once", exchange -> send(exchange, 40, broken.getAndSet(true) ? 40 : 20));
    source.start();
  }

  private void await() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until nobody takes it. */
  private void send(HttpExchange exchange, long declared, long bytes) throws IOException {
    byte[] chunk = new byte[10];
    exchange.sendResponseHeaders(200, declared);
    try (exchange) {
      for (long i = 0; i < bytes; i += chunk.length) {
        exchange.getResponseBody().write(chunk);
        sent.addAndGet(chunk.length);
      }
    }
  }

  @AfterEach
  void stop() {
    over.countDown();
    source.stop(0);
    threads.shutdownNow();
    running.close();
  }

  private void endpoint(String name, String path) {
    running.endpoint(
        name,
        InferenceEndpointSpec.of(
            ModelSpec.at("http://127.0.0.1:" + source.getAddress().getPort() + path)));
  }

  private JsonNode model(String name) {
    try {
      String load = running.internal("GET", Wire.LOAD_PATH, "", Running.KEYS.operator()).body();
      for (JsonNode endpoint : new ObjectMapper().readTree(load).path("endpoints")) {
        if (endpoint.path("name").asText().equals(name)) {
          return endpoint.path("model");
        }
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("no " + name);
  }

  private void awaitState(String name, String state, String reason) {
    until(
        name + " is " + state,
        () ->
            model(name).path("state").asText().equals(state)
                && model(name).path("reason").asText().equals(reason));
  }

  private long onDisk() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      return -1; // one went away meanwhile
    }
  }

  @Test
  void sourcesThatHangDoNotKeepOthersFromTheirModels() {
    for (int i = 0; i < 6; i++) {
      endpoint("hangs-" + i, "/hangs/" + i);
    }
    endpoint("fine", "/fine");
    awaitState("fine", "ready", "");
    assertEquals("fetching", model("hangs-0").path("state").asText());
  }

  @Test
  void whatIsDeclaredTooLargeIsNotFetched() {
    endpoint("claims", "/claims");
    awaitState("claims", "failed", "TooLarge");
    // What was sent before it was broken off lies in the sockets' buffers.
    assertTrue(sent.get() < 25L * MOST, () -> sent + " of " + 50L * MOST + " bytes were sent");
  }

  @Test
  void whatTurnsOutTooLargeIsGivenUpAndLeavesNothingBehind() {
    endpoint("pours", "/pours");
    awaitState("pours", "failed", "TooLarge");
    until("nothing is left of it", () -> onDisk() == 0);
    endpoint("fine", "/fine");
    awaitState("fine", "ready", "");
  }

  @Test
  void whatBreaksOffLeavesNothingBehind() {
    endpoint("breaks", "/breaks");
    awaitState("breaks", "failed", "SourceUnreachable");
    until("nothing is left of it", () -> onDisk() == 0);
  }

  @Test
  void whatBreaksOffOnceIsHadBeforeAnybodyIsTold() {
    endpoint("breaks-once", "/breaks-once");
    until("it was settled", () -> !model("breaks-once").path("state").asText().equals("fetching"));
    assertEquals("ready", model("breaks-once").path("state").asText());
    assertTrue(broken.get(), "it broke");
  }
}
