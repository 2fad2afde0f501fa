package dev.reveille.activator;

import static dev.reveille.activator.Running.KEYS;
import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wake through a warm pool, over real sockets; the pods are played. */
class BridgeTest {
  private Running running;
  private HttpServer source;
  private PoolPod pooled;
  private ModelSpec model;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    pooled = new PoolPod(running.vertx, "p1");
    source =
        running
            .vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end("a model"))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    model = ModelSpec.at("http://127.0.0.1:" + source.actualPort() + "/m");
    endpoint("True", 1L);
    until("the depot has it", () -> running.activator.depot().bytes() > 0);
  }

  @AfterEach
  void stop() {
    pooled.close();
    running.close();
  }

  private void endpoint(String usable, long generation) {
    InferenceEndpointSpec spec =
        InferenceEndpointSpec.of(model).with(ScalingSpec.DEFAULTS.withWarmPool("small"));
    running.endpoint(
        "m",
        spec,
        InferenceEndpointStatus.EMPTY.with(
            List.of(
                new ConditionBuilder()
                    .withType(Api.POOL_CONDITION)
                    .withStatus(usable)
                    .withObservedGeneration(generation)
                    .build())));
  }

  private int poolHello(String state) throws Exception {
    String key = KEYS.pool("pool-uid", "demo", "small", "r1");
    return running.internal("POST", Wire.POOLS_HELLO_PATH, pooled.hello(state), key).statusCode();
  }

  /** What the claimed pod says with the key it was given. */
  private int bridgeHello(String revision, String key, int port) throws Exception {
    String body =
        """
        {"uid": "uid-m", "revision": "%s", "modelId": "%s", "instance": "p1", "port": %d, "state": "ready",
         "timeline": {"claimed": 9000.0, "fetched": 9004.0, "session": 9020.0, "warm": 9022.0, "sent": 9022.5}}
        """
            .formatted(revision, Keys.modelId(model), port);
    return running.internal("POST", Wire.HELLO_PATH, body, key).statusCode();
  }

  private JsonObject load() throws Exception {
    return new JsonObject(running.internal("GET", Wire.LOAD_PATH, "", KEYS.operator()).body());
  }

  @Test
  void theFirstRequestIsAnsweredByAPodOfThePoolAndLaterOnesByTheEndpointsOwn() throws Exception {
    assertEquals(204, poolHello("free"));
    CompletableFuture<HttpResponse<String>> first = running.call("m", "hi");
    until("a claim came", () -> !pooled.claims.isEmpty());
    JsonObject claim = pooled.claims.getFirst();
    assertEquals("bridge-r1", claim.getString("revision"));
    assertEquals("m", claim.getString("modelName"));
    assertTrue(claim.getString("digest").startsWith("sha256:"));
    assertEquals(
        "http://127.0.0.1:" + running.activator.internalPort() + Wire.HELLO_PATH,
        claim.getString("helloUrl"));
    until("its own replica is asked for as well", () -> running.raised.get() == 1);
    assertEquals(204, bridgeHello("bridge-r1", claim.getString("key"), pooled.port()));
    assertEquals("p1 hi", first.join().body());
    String timing = first.join().headers().firstValue("Server-Timing").orElse("");
    assertTrue(timing.contains("claim;dur=") && !timing.contains("container"), timing);

    running.pod("a", "", "small", "127.0.0.1");
    until("the answer is over", () -> running.inFlight("m") == 0);
    JsonObject seen = load();
    assertEquals(
        "[{\"pod\":\"pod-a\",\"inFlight\":0}]",
        seen.getJsonArray("endpoints").getJsonObject(0).getJsonArray("bridges").encode());
    JsonObject coldStart =
        seen.getJsonArray("endpoints").getJsonObject(0).getJsonArray("coldStarts").getJsonObject(0);
    assertEquals("pool", coldStart.getString("path"));
    assertEquals("p1", coldStart.getString("instance"));
    JsonObject pool = seen.getJsonArray("pools").getJsonObject(0);
    assertEquals(1, pool.getInteger("claims"));
    assertEquals(0, pool.getInteger("free"));

    try (Pod own = new Pod(running.vertx, "i1")) {
      String key = KEYS.endpoint("uid-m", "r1", Keys.modelId(model));
      String hello =
          """
          {"uid": "uid-m", "revision": "r1", "modelId": "%s", "instance": "i1", "port": %d, "state": "ready"}
          """
              .formatted(Keys.modelId(model), own.port());
      assertEquals(204, running.internal("POST", Wire.HELLO_PATH, hello, key).statusCode());
      assertEquals("again", running.call("m", "again").join().body(), "from its own");
      until(
          "the bridge is let go of",
          () -> running.activator.endpoints().named("demo", "m").gate().bridges().isEmpty());
      assertEquals(
          503,
          bridgeHello("bridge-r1", claim.getString("key"), pooled.port()),
          "it must not come back");
      running.gone("a", "", "small", "127.0.0.1");
      assertEquals(
          204,
          running.internal("POST", Wire.HELLO_PATH, hello, key).statusCode(),
          "its address may");
    }
  }

  @Test
  void aLostAnswerIsAskedAgain() throws Exception {
    pooled.lostAnswers.set(2);
    poolHello("free");
    running.call("m", "hi").cancel(false);
    until("asked three times", () -> pooled.claims.size() == 3);
  }

  @Test
  void anEmptyOrSpentOrUnusablePoolIsTheOrdinaryPath() throws Exception {
    poolHello("spent");
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("woken the ordinary way", () -> running.raised.get() == 1);
    assertEquals(0, pooled.claims.size());
    until("a miss", () -> misses() == 1);
    waiting.cancel(true);
  }

  private int misses() {
    try {
      return load().getJsonArray("pools").getJsonObject(0).getInteger("misses");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theOperatorsNoAndAnOldYesKeepThePoolOut() throws Exception {
    poolHello("free");
    endpoint("False", 1L);
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("woken the ordinary way", () -> running.raised.get() == 1);
    assertEquals(0, pooled.claims.size());
    waiting.cancel(true);
    endpoint("True", 0L); // of a generation that is past
    assertEquals(Optional.empty(), running.activator.endpoints().named("demo", "m").usablePool());
  }

  @Test
  void aPoolHelloWithAWrongKeyIsRefused() throws Exception {
    String others = KEYS.pool("pool-uid", "other", "small", "r1");
    assertEquals(
        401,
        running.internal("POST", Wire.POOLS_HELLO_PATH, pooled.hello("free"), others).statusCode());
    assertEquals(400, poolHello("nonsense"));
  }

  @Test
  void aBridgeThatFailsDoesNotFailTheEndpoint() throws Exception {
    poolHello("free");
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("a claim came", () -> !pooled.claims.isEmpty());
    String key = pooled.claims.getFirst().getString("key");
    String body =
        """
        {"uid": "uid-m", "revision": "bridge-r1", "modelId": "%s", "instance": "p1", "port": 1, "state": "failed",
         "reason": "OutOfMemory", "message": "no"}
        """
            .formatted(Keys.modelId(model));
    assertEquals(204, running.internal("POST", Wire.HELLO_PATH, body, key).statusCode());
    assertEquals(1, running.queued("m"), "it waits for the endpoint's own replica");
    waiting.cancel(true);
  }
}
