package dev.reveille.modelserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loading, from the image and from a depot; the hello; what a model that cannot be served does. */
class LoadTest {
  private final BlockingQueue<String> hellos = new LinkedBlockingQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer activator;

  @BeforeEach
  void startActivator() throws IOException {
    activator = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    activator.createContext(
        "/hello",
        exchange -> {
          hellos.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          boolean first = asked.incrementAndGet() == 1;
          exchange.sendResponseHeaders(first ? 503 : 204, first ? 0 : -1);
          exchange.close();
        });
    activator.createContext("/models/add-one", LoadTest::handOut);
    activator.createContext(
        "/models/gone",
        exchange ->
            answer(exchange, 502, "{\"error\":\"it is gone\",\"reason\":\"SourceNotFound\"}"));
    activator.start();
  }

  @AfterEach
  void stopActivator() {
    activator.stop(0);
  }

  private static void handOut(HttpExchange exchange) throws IOException {
    boolean known =
        "Bearer k1".equals(exchange.getRequestHeaders().getFirst("Authorization"))
            && "u1".equals(exchange.getRequestHeaders().getFirst(Wire.ENDPOINT));
    if (!known) {
      answer(exchange, 401, "{\"error\":\"wrong key\",\"reason\":\"Unauthorized\"}");
      return;
    }
    byte[] bytes = Files.readAllBytes(Running.file("add-one"));
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Map<String, String> env(String model, String key, String digest) {
    String base = "http://127.0.0.1:" + activator.getAddress().getPort();
    return Map.of(
        Wire.MODEL_URL_ENV,
        base + "/models/" + model,
        Wire.HELLO_URL_ENV,
        base + "/hello",
        Wire.KEY_ENV,
        key,
        Wire.ENDPOINT_UID_ENV,
        "u1",
        Wire.REVISION_ENV,
        "r1",
        Wire.MODEL_DIGEST_ENV,
        digest);
  }

  private String hello() throws InterruptedException {
    String hello = hellos.poll(20, TimeUnit.SECONDS);
    return hello == null ? "no hello came" : hello;
  }

  private static double sent(String hello) {
    int at = hello.indexOf("\"sent\":") + 7;
    return Double.parseDouble(hello.substring(at, hello.indexOf('}', at)));
  }

  @Test
  void aLoadedModelSaysHelloUntilItIsTaken() throws Exception {
    try (Running running = Running.with(env("add-one", "k1", "")).settled()) {
      String first = hello();
      assertTrue(first.startsWith("Bearer k1 {\"uid\":\"u1\",\"revision\":\"r1\""), first);
      assertTrue(first.contains("\"instance\":\"instance-1\""), first);
      assertTrue(first.contains("\"state\":\"ready\""), first);
      assertTrue(
          first.matches(
              ".*\"timeline\":\\{\"http\".*\"fetched\".*\"session\".*\"warm\".*\"sent\".*"),
          first);
      String second = hello();
      assertTrue(second.contains("\"state\":\"ready\""), "the first was answered 503");
      assertTrue(sent(second) > sent(first), "each says when it was sent: " + first + second);
      assertTrue(first.contains("\"port\":" + running.server.port()), first);
      assertEquals(200, running.post("/predict", "{\"data\":[1]}").statusCode());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gone,k1,'',SourceNotFound",
    "add-one,wrong,'',Unauthorized",
    "add-one,k1,sha256:0000000000000000000000000000000000000000000000000000000000000000,DigestMismatch"
  })
  void aModelThatCannotBeHadIsSaidInTheHello(String model, String key, String digest, String reason)
      throws Exception {
    try (Running running = Running.with(env(model, key, digest)).settled()) {
      String hello = hello();
      assertTrue(hello.contains("\"state\":\"failed\",\"reason\":\"" + reason), hello);
      assertEquals(503, running.get(Wire.READY_PATH).statusCode());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "corrupt,ModelInvalid,not an ONNX model",
    "external-data,ModelInvalid,external data",
    "sparse,ModelInvalid,sparse",
    "custom-domain,ModelInvalid,com.example",
    "uint16-in,UnsupportedType,UINT16",
    "sequence-out,UnsupportedType,is a sequence or a map",
    "absent,ModelNotFound,no file"
  })
  void aModelThatCannotBeServedStaysUpAndSaysWhy(String model, String reason, String sentence)
      throws Exception {
    try (Running running = Running.serving(model)) {
      String report = running.get(Wire.REPORT_PATH).body();
      assertTrue(report.contains("\"reason\":\"" + reason + "\""), report);
      assertTrue(report.contains(sentence), report);
      assertEquals(200, running.get("/v2/health/live").statusCode());
      assertEquals(503, running.get(Wire.READY_PATH).statusCode());
      var answer = running.post("/v2/models/model/infer", "{}");
      assertEquals(503, answer.statusCode());
      assertTrue(answer.body().contains(reason), answer.body());
      assertEquals("true", answer.headers().firstValue(Wire.UNEXECUTED).orElseThrow());
    }
  }

  @Test
  void unsignedOutputsAreRead() throws Exception {
    try (Running running = Running.serving("unsigned-out")) {
      String body = running.post("/predict", "{\"data\":[65535]}").body();
      assertTrue(body.contains("{\"u16\":65535,\"u32\":65535,\"u64\":65535}"), body);
    }
  }

  @Test
  void aWarmUpThatFailsDoesNotFailTheModel() throws Exception {
    try (Running running = Running.serving("pairs")) {
      running.awaitLog("the warm-up run failed");
      assertEquals(200, running.get(Wire.READY_PATH).statusCode());
      String body = running.post("/predict", "{\"data\":[1,2,3,4]}").body();
      assertTrue(body.contains("\"predictions\":[[1.0,2.0],[3.0,4.0]]"), body);
    }
  }

  @Test
  void anActivatorThatRefusesTheKeyIsNotAskedAgain() throws Exception {
    activator.removeContext("/hello");
    activator.createContext(
        "/hello",
        exchange -> {
          asked.incrementAndGet();
          answer(exchange, 401, "{}");
        });
    try (Running running = Running.with(env("add-one", "k1", "")).settled()) {
      running.awaitLog("does not take this pod's key");
      assertEquals(1, asked.get());
    }
  }

  @Test
  void everyProblemOfTheConfigurationIsNamed() {
    Config.BadConfig bad =
        org.junit.jupiter.api.Assertions.assertThrows(
            Config.BadConfig.class,
            () -> Config.parse(Map.of(Wire.PORT_ENV, "x", Wire.THREADS_ENV, "-1"), 2));
    assertTrue(bad.getMessage().contains(Wire.MODEL_URL_ENV), bad.getMessage());
    assertTrue(bad.getMessage().contains(Wire.PORT_ENV), bad.getMessage());
    assertTrue(bad.getMessage().contains(Wire.THREADS_ENV), bad.getMessage());
  }
}
