package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.wake.Scaler;
import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers hear what the operator says is wrong, and each sleep ends it. */
class TroubleTest {
  private Running running;
  private Pod pod;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    pod = new Pod(running.vertx, "i1");
    running.endpoint("m", Running.inImage());
  }

  @AfterEach
  void stop() {
    pod.close();
    running.close();
  }

  private void says(String status, String reason, Integer wanted) {
    InferenceEndpointStatus of =
        new InferenceEndpointStatus(
            1L, null, null, 0, wanted, null, null, null, null, null, null, null, null);
    running.endpoint(
        "m",
        Running.inImage(),
        of.with(
            List.of(
                new ConditionBuilder()
                    .withType("Ready")
                    .withStatus(status)
                    .withReason(reason)
                    .withMessage("so it is")
                    .withObservedGeneration(1L)
                    .build())));
  }

  private Endpoint endpoint() {
    return running.activator.endpoints().named("demo", "m");
  }

  private static void refused(HttpResponse<String> answer, String reason) {
    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("\"reason\":\"" + reason + "\""), answer.body());
    assertTrue(answer.body().contains("so it is"), answer.body());
    assertEquals("10", answer.headers().firstValue("Retry-After").orElse(""));
  }

  @Test
  void whoWaitsWhileNoNodeHasRoomIsToldAfterAMoment() {
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("it waits", () -> running.queued("m") == 1);
    says("False", "Unschedulable", 1);
    assertEquals(1, running.queued("m"), "it may pass by itself");
    refused(waiting.orTimeout(10, TimeUnit.SECONDS).join(), "Unschedulable");
    refused(running.call("m", "y").join(), "Unschedulable");
  }

  @Test
  void whatPassesInTimeCostsNobodyAnything() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("it waits", () -> running.queued("m") == 1);
    says("False", "Unschedulable", 1);
    says("True", "Waking", 1);
    running.hello("m", "i1", pod.port(), "ready");
    assertEquals("x", waiting.join().body());
  }

  @Test
  void aHelloUnblocksAtOnce() throws Exception {
    says("False", "NameTaken", 0);
    refused(running.call("m", "x").join(), "NameTaken");
    assertEquals(0, running.raised.get(), "a Deployment of another is not scaled");
    running.hello("m", "i1", pod.port(), "ready");
    assertEquals("y", running.call("m", "y").join().body());
  }

  @Test
  void onceItIsAllRightRequestsWaitAgain() {
    says("False", "NameTaken", 0);
    refused(running.call("m", "x").join(), "NameTaken");
    says("True", "Asleep", 0);
    var waiting = running.call("m", "y");
    until("it waits", () -> running.queued("m") == 1);
    until("it wakes", () -> running.raised.get() == 1);
    waiting.cancel(true);
  }

  @Test
  void afterASleepTheNextRequestIsANewTry() throws Exception {
    says("False", "Unschedulable", 1);
    endpoint().gate().block(Refusal.cannotServe("Unschedulable", "so it is"));
    refused(running.call("m", "x").join(), "Unschedulable");
    running.sleep("m");
    var waiting = running.call("m", "y");
    until("it waits, whatever the status still says", () -> running.queued("m") == 1);
    until("it wakes", () -> running.raised.get() == 1);
    says("False", "Unschedulable", 0);
    assertEquals(1, running.queued("m"), "what it failed of before it slept");
    waiting.cancel(true);
  }

  @Test
  void whoWaitsInVainIsToldWhatFor() {
    try (OwnServer never =
        new OwnServer(
            running.vertx, request -> request.response().setStatusCode(404).end("not here"))) {
      running.endpoint("never", never.neverReady(new ActivationSpec(1, 10, "1Mi")));
      running.pod("p1", "uid-never", "", "127.0.0.1");
      HttpResponse<String> answer = running.call("never", "x").join();
      assertEquals(504, answer.statusCode());
      assertTrue(
          answer.body().contains("maxWaitSeconds); pod pod-p1 is not ready: /never answered 404"),
          answer::body);
    }
  }

  @Test
  void whoMayNotBeWokenIsToldAndTriedAgain() throws Exception {
    running.scaling = new Scaler.Outcome.Forbidden("so it is");
    refused(running.call("m", "x").join(), "WakeRefused");
    refused(running.call("m", "y").join(), "WakeRefused");
    String load = running.internal("GET", Wire.LOAD_PATH, "", Running.KEYS.operator()).body();
    assertTrue(
        load.contains(
            "\"failure\":{\"revision\":\"\",\"reason\":\"WakeRefused\",\"message\":\"so it is\"}"),
        load);
    running.scaling = new Scaler.Outcome.Enough();
    var waiting = running.call("m", "z");
    until("it is no longer said", () -> endpoint().trouble() == null);
    waiting.cancel(true);
  }
}
