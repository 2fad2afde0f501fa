package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models are fetched once, checked, and handed to who shows the endpoint's key. */
class DepotTest {
  private static final byte[] MODEL = "the bytes of a model".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST =
      "sha256:" + java.util.HexFormat.of().formatHex(sha256(MODEL));

  private final AtomicInteger fetched = new AtomicInteger();
  private Running running;
  private HttpServer source;
  private Path folder;

  private static byte[] sha256(byte[] bytes) {
    try {
      return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    folder = depot;
    running = new Running(depot);
    source = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    source.createContext(
        "/",
        exchange -> {
          fetched.incrementAndGet();
          String path = exchange.getRequestURI().getPath();
          switch (path) {
            case "/moved" -> exchange.getResponseHeaders().set("Location", "/m");
            case "/loop" -> exchange.getResponseHeaders().set("Location", "/loop");
            case "/away" -> exchange.getResponseHeaders().set("Location", "file:///etc/passwd");
            default -> {}
          }
          int status =
              switch (path) {
                case "/m", "/large" -> 200;
                case "/moved", "/loop", "/away" -> 302;
                case "/broken" -> 500;
                default -> 404;
              };
          byte[] body = path.equals("/large") ? new byte[2_000_000] : MODEL;
          exchange.sendResponseHeaders(status, status == 200 ? body.length : -1);
          if (status == 200) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    source.start();
  }

  @AfterEach
  void stop() {
    source.stop(0);
    running.close();
  }

  private ModelSpec at(String path, String digest) {
    return new ModelSpec(
        "http://127.0.0.1:" + source.getAddress().getPort() + path, digest, null, "1");
  }

  private String settled(ModelSpec model) throws Exception {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (System.nanoTime() < deadline) {
      String load = running.internal("GET", Wire.LOAD_PATH, "", Running.KEYS.operator()).body();
      if (load.contains(Keys.modelId(model)) && !load.contains("\"state\":\"fetching\"")) {
        return load;
      }
    }
    throw new AssertionError("the fetch did not end");
  }

  private HttpRequest.Builder toDepot(String name, ModelSpec model, String key) {
    return HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:"
                    + running.activator.internalPort()
                    + Wire.MODELS_PATH
                    + Keys.modelId(model)))
        .header("Authorization", "Bearer " + key)
        .header(Wire.ENDPOINT, "uid-" + name)
        .header(Wire.REVISION, "r1");
  }

  private HttpResponse<String> asPod(String name, ModelSpec model, String key) throws Exception {
    return running.http.send(
        toDepot(name, model, key).build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({"/m, true", "/m, false", "/moved, true"})
  void aModelIsFetchedOnceAndHandedOut(String path, boolean pinned) throws Exception {
    ModelSpec model = at(path, pinned ? DIGEST : null);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    running.endpoint("n", InferenceEndpointSpec.of(model));
    String load = settled(model);
    assertTrue(
        load.contains("\"state\":\"ready\",\"digest\":\"" + DIGEST + "\",\"bytes\":20"), load);
    String key = Running.KEYS.endpoint("uid-m", "r1", Keys.modelId(model));
    assertEquals("the bytes of a model", asPod("m", model, key).body());
    assertEquals(401, asPod("n", model, key).statusCode(), "another endpoint's key");
    assertEquals(path.equals("/m") ? 1 : 2, fetched.get());
  }

  @ParameterizedTest
  @CsvSource({
    "/none,   , SourceNotFound",
    "/broken, , SourceUnreachable",
    "/loop,   , SourceRefused",
    "/away,   , SourceRefused",
    "/large,  , TooLarge",
    "/m, sha256:0000000000000000000000000000000000000000000000000000000000000000, DigestMismatch"
  })
  void aModelThatCannotBeHadSaysWhyToEverybody(String path, String digest, String reason)
      throws Exception {
    ModelSpec model = at(path, digest);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    String load = settled(model);
    assertTrue(load.contains("\"reason\":\"" + reason + "\""), load);
    HttpResponse<String> pod =
        asPod("m", model, Running.KEYS.endpoint("uid-m", "r1", Keys.modelId(model)));
    assertEquals(502, pod.statusCode());
    assertTrue(pod.body().contains(reason), pod.body());
    HttpResponse<String> caller = running.call("m", "x").join();
    assertEquals(503, caller.statusCode());
    assertTrue(caller.body().contains(reason), caller.body());
    assertEquals(0, running.raised.get(), "no wake for a model that is not there");
  }

  @Test
  void anUnknownModelIsNotHandedOut() throws Exception {
    ModelSpec model = at("/m", null);
    assertEquals(
        503,
        asPod("m", model, Running.KEYS.endpoint("uid-m", "r1", Keys.modelId(model))).statusCode());
  }

  @Test
  void aFileLeftByAnEarlierProcessIsUsedIfItHasTheDigestThatBinds() throws Exception {
    ModelSpec model = at("/m", DIGEST);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    settled(model);
    running.close();
    running = new Running(folder);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    settled(model);
    String key = Running.KEYS.endpoint("uid-m", "r1", Keys.modelId(model));
    assertEquals("the bytes of a model", asPod("m", model, key).body());
    assertEquals(1, fetched.get(), "not fetched again");

    running.close();
    Files.writeString(folder.resolve(Keys.modelId(model)), "something else");
    running = new Running(folder);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    settled(model);
    assertEquals("the bytes of a model", asPod("m", model, key).body());
    assertEquals(2, fetched.get(), "what is left was not it");
  }

  @Test
  void aPodThatAsksTooEarlyGetsTheModelAsSoonAsItIsThere() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    source.createContext(
        "/slow",
        exchange -> {
          try {
            asked.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          exchange.sendResponseHeaders(200, MODEL.length);
          exchange.getResponseBody().write(MODEL);
          exchange.close();
        });
    ModelSpec model = at("/slow", null);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    String key = Running.KEYS.endpoint("uid-m", "r1", Keys.modelId(model));
    CompletableFuture<HttpResponse<String>> early =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                asked.countDown();
                return asPod("m", model, key);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertEquals("the bytes of a model", early.join().body());
  }

  @Test
  void aDiskThatFillsIsNamed() throws Exception {
    ModelSpec model = at("/m", null);
    // Every write to this device fails as on a full disk.
    Files.createSymbolicLink(
        folder.resolve(Keys.modelId(model) + ".partial"), Path.of("/dev/full"));
    running.endpoint("m", InferenceEndpointSpec.of(model));
    String load = settled(model);
    assertTrue(load.contains("\"reason\":\"DepotFull\""), load);
  }

  private HttpResponse<String> graph(
      String method, String name, ModelSpec model, String format, String body) throws Exception {
    String key = Running.KEYS.endpoint("uid-" + name, "r1", Keys.modelId(model));
    return running.http.send(
        toDepot(name, model, key)
            .header(Wire.GRAPH, format)
            .header(Wire.MODEL_DIGEST, DIGEST)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void whatAPodPreparedIsHandedToItsEndpointAlone() throws Exception {
    ModelSpec model = at("/m", null);
    running.endpoint("m", InferenceEndpointSpec.of(model));
    running.endpoint("n", InferenceEndpointSpec.of(model));
    settled(model);
    HttpResponse<String> first = graph("GET", "m", model, "ort-1", "");
    assertEquals("the bytes of a model", first.body());
    assertEquals(DIGEST, first.headers().firstValue(Wire.MODEL_DIGEST).orElse(""));
    assertEquals(
        first.uri().toString(),
        first.headers().firstValue(Wire.GRAPH_TO).orElse(""),
        "put it here");

    assertEquals(204, graph("PUT", "m", model, "ort-1", "a graph").statusCode());
    HttpResponse<String> second = graph("GET", "m", model, "ort-1", "");
    assertEquals("a graph", second.body());
    assertEquals("ort-1", second.headers().firstValue(Wire.GRAPH).orElse(""));
    assertTrue(second.headers().firstValue(Wire.GRAPH_TO).isEmpty());
    assertEquals(409, graph("PUT", "m", model, "ort-1", "another").statusCode(), "there is one");

    assertEquals("the bytes of a model", graph("GET", "m", model, "ort-2", "").body());
    HttpResponse<String> broken = graph("GET", "m", model, "broken ort-1", "");
    assertEquals("the bytes of a model", broken.body());
    assertTrue(broken.headers().firstValue(Wire.GRAPH_TO).isPresent(), "another is wanted");
    assertEquals("the bytes of a model", graph("GET", "m", model, "ort-1", "").body(), "dropped");
    assertEquals("the bytes of a model", graph("GET", "n", model, "ort-1", "").body());
    String key = Running.KEYS.endpoint("uid-m", "r1", Keys.modelId(model));
    assertEquals("the bytes of a model", asPod("m", model, key).body(), "who does not ask for it");
  }

  @Test
  void aGraphThatIsTooLargeOrOfNoModelIsRefused() throws Exception {
    ModelSpec model = at("/m", null);
    assertEquals(404, graph("PUT", "m", model, "ort-1", "x").statusCode());
    running.endpoint("m", InferenceEndpointSpec.of(model));
    settled(model);
    assertEquals(409, graph("PUT", "m", model, "ort-1", "x".repeat(1_000_001)).statusCode());
    assertEquals(409, graph("PUT", "m", model, "f".repeat(65), "x").statusCode());
  }
}
