package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole activator over real sockets; pods and the cluster are played. */
class ActivatorTest {
  private Running running;
  private Pod pod;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    pod = new Pod(running.vertx, "i1");
    running.endpoint("m", Running.inImage().with(ScalingSpec.DEFAULTS.withTargetConcurrency(1000)));
  }

  @AfterEach
  void stop() {
    pod.close();
    running.close();
  }

  private void ready() {
    try {
      assertEquals(204, running.hello("m", "i1", pod.port(), "ready"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoHundredFirstRequestsWakeOnceAndAreAllAnsweredRight() {
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(running.call("m", "body " + i));
    }
    until("all wait", () -> running.queued("m") == 200);
    assertEquals(1, running.raised.get(), "one write of the scale");
    ready();
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> answer = sent.get(i).join();
      assertEquals(200, answer.statusCode());
      assertEquals("body " + i, answer.body());
      assertTrue(answer.headers().firstValue("Server-Timing").orElse("").contains("warmup;dur="));
    }
    assertEquals(200, pod.executed.get());
    assertEquals(1, running.activator.endpoints().named("demo", "m").coldStarts().size());
  }

  @Test
  void warmRequestsPassWithoutTiming() {
    ready();
    HttpResponse<String> answer = running.call("m", "hi").join();
    assertEquals("hi", answer.body());
    assertTrue(answer.headers().firstValue("Server-Timing").isEmpty());
    assertTrue(answer.headers().firstValue("X-Request-Id").isPresent());
  }

  @Test
  void beyondTheBoundsIsRefusedAndLateIsToldSo() {
    running.endpoint("small", Running.inImage().with(new ActivationSpec(1, 2, "64Mi")));
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sent.add(running.call("small", "x"));
    }
    List<Integer> codes = sent.stream().map(answer -> answer.join().statusCode()).sorted().toList();
    assertEquals(List.of(429, 429, 429, 504, 504), codes);
  }

  @Test
  void aClientThatLeavesFreesItsPlace() throws Exception {
    try (Socket client = new Socket("127.0.0.1", running.activator.dataPort())) {
      OutputStream out = client.getOutputStream();
      out.write(
          "POST /namespaces/demo/endpoints/m/ HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      until("it waits", () -> running.queued("m") == 1);
    }
    until("its place is free", () -> running.queued("m") == 0);
    ready();
    assertEquals("next", running.call("m", "next").join().body());
    assertEquals(1, pod.executed.get(), "nothing was sent for who left");
  }

  @Test
  void whatIsTooLargeIsRefusedDeclaredOrNot() throws Exception {
    running.endpoint("tiny", Running.inImage().with(new RequestsSpec(60, "1Ki", true)));
    assertEquals(413, running.call("tiny", "x".repeat(2000)).join().statusCode());
    byte[] much = new byte[200_000];
    HttpResponse<String> chunked =
        running.http.send(
            HttpRequest.newBuilder(running.uri("tiny", "/"))
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(much)))
                .build(),
            BodyHandlers.ofString());
    assertEquals(413, chunked.statusCode());
    assertTrue(chunked.body().contains("BodyTooLarge"));
  }

  @Test
  void aLargeBodyStreamsBothWaysWhileItWaits() throws Exception {
    running.endpoint("large", Running.inImage().with(new RequestsSpec(60, "64Mi", true)));
    byte[] body = new byte[32 << 20];
    Arrays.fill(body, (byte) 'x');
    CompletableFuture<HttpResponse<byte[]>> answer =
        running.http.sendAsync(
            HttpRequest.newBuilder(running.uri("large", "/"))
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());
    until("it waits", () -> running.queued("large") == 1);
    running.hello("large", "i1", pod.port(), "ready");
    assertTrue(Arrays.equals(body, answer.join().body()));
  }

  @Test
  void whatAPodDidNotBeginGoesToAnother() throws Exception {
    ready();
    pod.behaves(Pod.Manner.REFUSE_UNEXECUTED);
    CompletableFuture<HttpResponse<String>> answer = running.call("m", "once");
    until("it waits again", () -> running.queued("m") == 1);
    try (Pod other = new Pod(running.vertx, "i2")) {
      assertEquals(204, running.hello("m", "i2", other.port(), "ready"));
      assertEquals("once", answer.join().body());
      assertEquals(1, other.executed.get());
      assertEquals(0, pod.executed.get());
    }
  }

  @Test
  void aPodThatIsGoneCostsNoRequest() throws Exception {
    try (Pod gone = new Pod(running.vertx, "i2")) {
      assertEquals(204, running.hello("m", "i2", gone.port(), "ready"));
    }
    CompletableFuture<HttpResponse<String>> answer = running.call("m", "still here");
    until("it waits", () -> running.queued("m") == 1);
    ready();
    assertEquals("still here", answer.join().body());
  }

  @Test
  void whatMayNotBeRepeatedIsNotSentTwice() throws Exception {
    running.endpoint("once", Running.inImage().with(new RequestsSpec(60, "8Mi", false)));
    pod.behaves(Pod.Manner.BREAK_BEFORE_ANSWER);
    running.hello("once", "i1", pod.port(), "ready");
    HttpResponse<String> answer = running.call("once", "x").join();
    assertEquals(502, answer.statusCode());
    assertTrue(answer.body().contains("BackendBroke"), answer.body());
    assertEquals(1, pod.executed.get());
  }

  @Test
  void anAnswerThatBreaksLooksBrokenAndIsNotRepeated() {
    ready();
    pod.behaves(Pod.Manner.BREAK_IN_ANSWER);
    assertThrows(CompletionException.class, () -> running.call("m", "x").join());
    assertEquals(1, pod.executed.get());
  }

  @Test
  void aReplicaThatHangsEndsIn504() throws Exception {
    running.endpoint("slow", Running.inImage().with(new RequestsSpec(1, "8Mi", true)));
    pod.behaves(Pod.Manner.HANG);
    running.hello("slow", "i1", pod.port(), "ready");
    HttpResponse<String> answer = running.call("slow", "x").join();
    assertEquals(504, answer.statusCode());
    assertTrue(answer.body().contains("BackendTimeout"), answer.body());
    assertEquals(1, pod.executed.get(), "not sent again");
    assertEquals(1, running.activator.endpoints().named("demo", "slow").gate().backends().size());
  }

  @Test
  void aClientThatLeavesInFlightCostsNoBackendAndNoSecondRun() throws Exception {
    ready();
    pod.behaves(Pod.Manner.HANG);
    try (Socket client = new Socket("127.0.0.1", running.activator.dataPort())) {
      client
          .getOutputStream()
          .write(
              "POST /namespaces/demo/endpoints/m/ HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
                  .getBytes(StandardCharsets.UTF_8));
      until("it runs", () -> pod.executed.get() == 1);
    }
    var gate = running.activator.endpoints().named("demo", "m").gate();
    until("its place is free", () -> gate.census(System.nanoTime()).inFlight() == 0);
    assertEquals(0, running.queued("m"), "not sent again");
    assertEquals(1, gate.backends().size(), "the replica is fine");
    assertEquals(1, pod.executed.get());
  }

  @Test
  void aFailedHelloAnswersWhoWaitsAndWhoComes() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("it waits", () -> running.queued("m") == 1);
    assertEquals(204, running.hello("m", "i1", pod.port(), "failed"));
    for (HttpResponse<String> answer : List.of(waiting.join(), running.call("m", "y").join())) {
      assertEquals(503, answer.statusCode());
      assertTrue(answer.body().contains("\"reason\":\"ModelInvalid\""), answer.body());
    }
  }

  @Test
  void aHelloWithAWrongKeyGetsNothing() throws Exception {
    String others = Running.KEYS.endpoint("uid-other", "r1", "");
    assertEquals(401, running.hello("m", "i1", pod.port(), "ready", others));
    assertEquals(400, running.internal("POST", Wire.HELLO_PATH, "null", "x").statusCode());
    assertEquals(400, running.internal("POST", Wire.HELLO_PATH, "[", "x").statusCode());
    assertEquals(401, running.internal("GET", Wire.LOAD_PATH, "", "x").statusCode());
    assertEquals(401, running.internal("PUT", Wire.FENCES_PATH + "uid-m", "{}", "x").statusCode());
  }

  @Test
  void aFenceHoldsRequestsAndSleepingForgetsThePods() throws Exception {
    ready();
    String operator = Running.KEYS.operator();
    assertEquals(
        "{\"inFlight\":0,\"queued\":0}",
        running
            .internal("PUT", Wire.FENCES_PATH + "uid-m", "{\"id\":\"f\",\"seconds\":30}", operator)
            .body()
            .replaceAll("\\{\"queued\":0,\"inFlight\":0}", "{\"inFlight\":0,\"queued\":0}"));
    CompletableFuture<HttpResponse<String>> held = running.call("m", "held");
    until("it is held", () -> running.queued("m") == 1);
    assertEquals(0, running.raised.get(), "no wake behind a fence");
    running.internal("DELETE", Wire.FENCES_PATH + "uid-m?fence=f&slept=true", "", operator);
    until("it wakes the endpoint again", () -> running.raised.get() > 0);
    assertEquals(503, running.hello("m", "i1", pod.port(), "ready"), "that pod is going away");
    held.cancel(true);
  }

  @Test
  void wordOfASleepThatComesTooLateForgetsNoPod() throws Exception {
    ready();
    running.internal("DELETE", Wire.FENCES_PATH + "uid-m?fence=f&slept=true", "", operator());
    String late = "{\"id\":\"f\",\"seconds\":30}";
    assertEquals(
        409, running.internal("PUT", Wire.FENCES_PATH + "uid-m", late, operator()).statusCode());
    assertEquals("x", running.call("m", "x").join().body(), "it is served at once");
  }

  @Test
  void aFenceHasAnIdOfItsOwn() throws Exception {
    String nameless = "{\"seconds\":30}";
    assertEquals(
        400,
        running.internal("PUT", Wire.FENCES_PATH + "uid-m", nameless, operator()).statusCode());
  }

  private static String operator() {
    return Running.KEYS.operator();
  }

  @Test
  void theLoadSaysWhatThereIs() throws Exception {
    ready();
    running.call("m", "x").join();
    until("the request is over", () -> running.inFlight("m") == 0);
    String load = running.internal("GET", Wire.LOAD_PATH, "", Running.KEYS.operator()).body();
    assertTrue(load.contains("\"uid\":\"uid-m\""), load);
    assertTrue(load.contains("\"inFlight\":0,\"queued\":0,\"idleMillis\":"), load);
    assertTrue(
        load.contains("\"backends\":1,\"failure\":null,\"bridges\":[],\"model\":null"), load);
    String metrics = running.internal("GET", "/metrics", "", "").body();
    assertTrue(metrics.contains("reveille_requests_total{code=\"2xx\",endpoint=\"m\""), metrics);
    assertTrue(
        metrics.contains(
            "reveille_backends{endpoint=\"m\",namespace=\"demo\",version=\"stable\"} 1.0"),
        metrics);
  }
}
