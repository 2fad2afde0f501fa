package dev.reveille.modelserver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first pod prepares the model's graph, later ones load it, and all answer the same. */
class GraphTest {
  private static final String DIGEST = "sha256:" + "0".repeat(64);
  private static final String BODY =
      "{\"inputs\":["
          + input("input_ids", "[101,7592,2088,102]")
          + ","
          + input("attention_mask", "[1,1,1,1]")
          + ","
          + input("token_type_ids", "[0,0,0,0]")
          + "]}";

  private final BlockingQueue<byte[]> put = new ArrayBlockingQueue<>(1);
  private byte[] model = {};
  private volatile byte[] graph = {};
  private HttpServer depot;

  private static String input(String name, String data) {
    return "{\"name\":\"%s\",\"shape\":[1,4],\"datatype\":\"INT64\",\"data\":%s}"
        .formatted(name, data);
  }

  @BeforeEach
  void startDepot() throws IOException {
    try (InputStream in = GraphTest.class.getResourceAsStream("/all-minilm-l6-v2-q.onnx")) {
      model = in.readAllBytes();
    }
    depot = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    depot.createContext("/m", this::handle);
    depot.start();
  }

  @AfterEach
  void stopDepot() {
    depot.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + depot.getAddress().getPort() + "/m";
  }

  private void handle(HttpExchange exchange) throws IOException {
    String format = exchange.getRequestHeaders().getFirst(Wire.GRAPH);
    if (exchange.getRequestMethod().equals("PUT")) {
      put.add(exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(204, -1);
      return;
    }
    if (format != null && format.startsWith(Wire.BROKEN)) {
      graph = new byte[0];
    }
    boolean prepared = format != null && graph.length > 0;
    exchange.getResponseHeaders().set(Wire.MODEL_DIGEST, DIGEST);
    exchange
        .getResponseHeaders()
        .set(prepared ? Wire.GRAPH : Wire.GRAPH_TO, prepared ? format : url());
    byte[] bytes = prepared ? graph : model;
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private float[] answered(Map<String, String> env) throws Exception {
    try (Running running = Running.with(env).settled()) {
      var answer = running.post("/v2/models/minilm/infer", BODY);
      assertEquals(200, answer.statusCode(), answer.body());
      return MiniLmTest.data(answer.body(), 4 * 384);
    }
  }

  @Test
  void whatTheFirstPodPreparedIsWhatTheNextOneServes() throws Exception {
    Map<String, String> env = Map.of(Wire.MODEL_URL_ENV, url(), Wire.MODEL_NAME_ENV, "minilm");
    float[] first;
    try (Running running = Running.with(env).settled()) {
      first = MiniLmTest.data(running.post("/v2/models/minilm/infer", BODY).body(), 4 * 384);
      byte[] made = put.poll(30, TimeUnit.SECONDS);
      assertTrue(made != null && made.length > 1_000_000, "a graph was put");
      graph = made;
    }
    model = new byte[0]; // nobody needs it any more
    assertArrayEquals(first, answered(env));
  }

  @Test
  void aGraphThatDoesNotLoadIsNoReasonToFail() throws Exception {
    graph = new byte[] {1, 2, 3};
    Map<String, String> env = Map.of(Wire.MODEL_URL_ENV, url(), Wire.MODEL_NAME_ENV, "minilm");
    assertEquals(4 * 384, answered(env).length);
    assertEquals(0, graph.length, "the depot was told, and dropped it");
  }

  @Test
  void aGraphOfAnotherModelIsRefused() throws Exception {
    graph = new byte[] {1, 2, 3};
    Map<String, String> env =
        Map.of(Wire.MODEL_URL_ENV, url(), Wire.MODEL_DIGEST_ENV, "sha256:" + "1".repeat(64));
    try (Running running = Running.with(env).settled()) {
      String report = running.get(Wire.REPORT_PATH).body();
      assertTrue(report.contains("DigestMismatch"), report);
    }
  }

  @Test
  void theFormatNamesTheRuntimeThatMakesIt() {
    assertEquals(
        "ort-" + OrtEnvironment.getEnvironment().getVersion() + "-extended", Wire.GRAPH_FORMAT);
  }
}
