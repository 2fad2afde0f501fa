package dev.reveille.modelserver;

import static dev.reveille.modelserver.Activator.field;
import static dev.reveille.modelserver.Activator.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pod of a warm pool over real sockets: free, claimed once, then a server like any other. */
@Timeout(60)
class PoolTest {
  private static final String INFER =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.5,2]}]}";

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final HttpClient client = HttpClient.newHttpClient();
  private Activator activator;
  private PoolServer pod;

  @TempDir private Path folder;

  @BeforeEach
  void startActivator() throws Exception {
    activator = new Activator(Files.readAllBytes(Running.file("add-one")));
  }

  @AfterEach
  void stop() {
    client.close();
    if (pod != null) {
      pod.close();
    }
    activator.close();
  }

  private Map<String, String> env() {
    Map<String, String> env = new HashMap<>();
    env.put(Wire.POOL_UID_ENV, "p1");
    env.put(Wire.POOL_NAMESPACE_ENV, "demo");
    env.put(Wire.POOL_NAME_ENV, "small");
    env.put(Wire.REVISION_ENV, "r");
    env.put(Wire.KEY_ENV, Activator.POOL_KEY);
    env.put(Wire.HELLO_URL_ENV, activator.url(Activator.POOL_HELLO));
    env.put(Wire.PORT_ENV, "0");
    return env;
  }

  private void start(Map<String, String> env) throws Exception {
    pod =
        PoolServer.start(
            PoolConfig.parse(env, 2),
            "instance-1",
            new Timeline(System.nanoTime()),
            new JsonLog(new PrintStream(log, true)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pod.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> claim(String body, String key, String instance) throws Exception {
    return client.send(
        request(Wire.CLAIM_PATH)
            .header("Authorization", "Bearer " + key)
            .header(Wire.INSTANCE, instance)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Starts a pod and returns its claim key when it says that it is free. */
  private String free() throws Exception {
    start(env());
    return field(next(activator.poolHellos), "claimKey");
  }

  private String claimOf(String uid) {
    return activator.claim(uid);
  }

  @Test
  void aFreePodSaysSoServesNothingAndTellsItsKeyToTheActivatorAlone() throws Exception {
    String key = free();
    String hello = next(activator.poolHellos);
    assertTrue(
        hello.startsWith(
            "{\"uid\":\"p1\",\"namespace\":\"demo\",\"name\":\"small\",\"revision\":\"r\","
                + "\"instance\":\"instance-1\",\"port\":"
                + pod.port()
                + ",\"state\":\"free\",\"claimKey\":\""
                + key
                + "\"}"),
        hello);
    assertEquals(200, get("/v2/health/live").statusCode());
    assertEquals(200, get(Wire.READY_PATH).statusCode());
    String report = get(Wire.REPORT_PATH).body();
    assertEquals("free", field(report, "state"));
    assertFalse(report.contains(key), report);
    HttpResponse<String> refused = post("/predict", "{\"data\":[1]}");
    assertEquals(503, refused.statusCode());
    assertEquals("true", refused.headers().firstValue(Wire.UNEXECUTED).orElseThrow());
    assertEquals("instance-1", refused.headers().firstValue(Wire.INSTANCE).orElseThrow());
    assertTrue(get("/metrics").body().contains("process_resident_memory_bytes "));
    assertTrue(get(Wire.STARTUP_PATH).body().contains("\"phases\":{\"http\":"));
  }

  @Test
  void aClaimedPodSaysHelloWithTheEndpointsKeyAndAnswers() throws Exception {
    String key = free();
    HttpResponse<String> taken = claim(claimOf("u1"), key, "instance-1");
    assertEquals(200, taken.statusCode());
    assertEquals("{\"uid\":\"u1\"}", taken.body());

    String hello = next(activator.hellos);
    assertTrue(
        hello.startsWith("{\"uid\":\"u1\",\"revision\":\"bridge-r\",\"modelId\":\"m\""), hello);
    assertEquals("instance-1", field(hello, "instance"));
    assertEquals("ready", field(hello, "state"));
    assertTrue(
        hello.matches(
            ".*\"timeline\":\\{\"http\".*\"claimed\".*\"fetched\".*\"session\".*\"warm\".*\"sent\".*"),
        hello);
    HttpResponse<String> answer = post("/v2/models/added/versions/7/infer", INFER);
    assertEquals(200, answer.statusCode());
    assertTrue(answer.body().contains("\"data\":[2.5,3.0]"), answer.body());
    assertEquals("instance-1", answer.headers().firstValue(Wire.INSTANCE).orElseThrow());
    assertEquals(413, post("/predict", "{\"data\":[" + "1,".repeat(600) + "1]}").statusCode());

    String report = get(Wire.STARTUP_PATH).body();
    assertTrue(report.contains("\"modelBytes\":116"), report);
    assertTrue(report.contains("\"onnxRuntime\":\"1."), report);
    assertTrue(Long.parseLong(field(report, "residentBytes")) > 0, report);
    activator.poolHellos.clear();
    assertNull(activator.poolHellos.poll(2500, TimeUnit.MILLISECONDS), "it is free no more");
  }

  @Test
  void oneEndpointHasThePodHoweverOftenItsClaimIsRepeated() throws Exception {
    String key = free();
    assertEquals(200, claim(claimOf("u1"), key, "instance-1").statusCode());
    HttpResponse<String> others = claim(claimOf("u2"), key, "instance-1");
    assertEquals(409, others.statusCode());
    assertEquals("{\"uid\":\"u1\"}", others.body());
    next(activator.hellos);
    assertEquals(200, claim(claimOf("u1"), key, "instance-1").statusCode());
    assertEquals("{\"uid\":\"u1\"}", claim(claimOf("u2"), key, "instance-1").body());
    assertEquals(200, post("/predict", "{\"data\":[1]}").statusCode());
    assertTrue(activator.hellos.isEmpty(), "said once");
  }

  @Test
  void whatIsNoClaimLeavesThePodFree() throws Exception {
    String key = free();
    String good = claimOf("u1");
    assertEquals(401, claim(good, "wrong", "instance-1").statusCode());
    assertEquals(421, claim(good, key, "instance-0").statusCode());
    assertEquals(421, post(Wire.CLAIM_PATH, good).statusCode());
    assertEquals(405, get(Wire.CLAIM_PATH).statusCode());
    HttpResponse<String> bad = claim(good.replace("modelUrl", "url"), key, "instance-1");
    assertEquals(400, bad.statusCode());
    assertTrue(bad.body().contains("no text modelUrl"), bad.body());
    assertEquals(413, claim(" ".repeat(65536) + good, key, "instance-1").statusCode());
    assertEquals("free", field(get(Wire.REPORT_PATH).body(), "state"));
    assertEquals(200, claim(good, key, "instance-1").statusCode());
  }

  @Test
  void anActivatorThatDiedAfterItsClaimIsReplacedByThePodsOwn() throws Exception {
    String key = free();
    String dead = claimOf("u1").replace(activator.url(""), "http://127.0.0.1:1");
    assertEquals(200, claim(dead, key, "instance-1").statusCode());
    assertEquals("ready", field(next(activator.hellos), "state"));
  }

  @Test
  void aRestartedContainerIsSpent() throws Exception {
    Map<String, String> env = env();
    env.put(Wire.SPENT_DIR_ENV, folder.toString());
    start(env);
    String key = field(next(activator.poolHellos), "claimKey");
    pod.close();
    activator.poolHellos.clear();

    start(env);
    String hello = next(activator.poolHellos);
    assertEquals("spent", field(hello, "state"));
    assertFalse(hello.contains("claimKey"), hello);
    assertEquals(503, get(Wire.READY_PATH).statusCode());
    assertEquals(200, get("/v2/health/live").statusCode());
    assertEquals(401, claim(claimOf("u1"), key, "instance-1").statusCode());
  }

  @Test
  void anActivatorThatRefusesThePoolsKeyIsNotAskedAgain() throws Exception {
    Map<String, String> env = env();
    env.put(Wire.KEY_ENV, "another");
    start(env);
    next(activator.poolHellos);
    assertNull(activator.poolHellos.poll(2500, TimeUnit.MILLISECONDS));
    String said = log.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("does not take this pool's key"), said);
  }

  @Test
  void aFreeProcessThatIsToldToStopEndsAtOnce() throws Exception {
    try (Child child = new Child(env())) {
      next(activator.poolHellos);
      long began = System.nanoTime();
      child.terminate();
      assertEquals(0, child.exit());
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      assertTrue(millis < 900, "it lingered: " + millis + " ms");
    }
  }

  @Test
  void everyProblemOfTheConfigurationIsNamed() {
    Map<String, String> env = env();
    env.remove(Wire.KEY_ENV);
    env.remove(Wire.HELLO_URL_ENV);
    env.put(Wire.MODEL_URL_ENV, "http://h/");
    env.put(Wire.MODEL_PATH_ENV, "/m");
    String problem =
        org.junit.jupiter.api.Assertions.assertThrows(
                Config.BadConfig.class, () -> PoolConfig.parse(env, 2))
            .getMessage();
    for (String name :
        new String[] {Wire.KEY_ENV, Wire.HELLO_URL_ENV, Wire.MODEL_URL_ENV, Wire.MODEL_PATH_ENV}) {
      assertTrue(problem.contains(name), problem);
    }
  }
}
