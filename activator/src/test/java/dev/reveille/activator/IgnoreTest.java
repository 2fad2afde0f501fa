package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.IgnoreSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are no demand, over real sockets: answered, without waking or keeping awake. */
class IgnoreTest {
  private Running running;
  private Pod pod;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    pod = new Pod(running.vertx, "i1");
    running.endpoint(
        "m",
        Running.inImage()
            .with(RequestsSpec.DEFAULTS.with(new IgnoreSpec(List.of("Acme/"), List.of("/ping")))));
  }

  @AfterEach
  void stop() {
    pod.close();
    running.close();
  }

  private HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(running.uri("m", path)).method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return running.http.sendAsync(request.build(), BodyHandlers.ofString()).join();
  }

  private static String state(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Reveille-State").orElse("");
  }

  @Test
  void aSleepingEndpointIsHealthyAndSleepsOn() {
    HttpResponse<String> probe = send("GET", "/x", "User-Agent", "kube-probe/1.34");
    assertEquals(200, probe.statusCode());
    assertEquals("Asleep", state(probe));
    assertEquals("{\"state\":\"Asleep\"}", probe.body());
    assertEquals(200, send("GET", "/ping").statusCode());
    assertEquals(200, send("GET", "/v2/health/ready").statusCode());
    HttpResponse<String> head = send("HEAD", "/");
    assertEquals(200, head.statusCode());
    assertEquals("Asleep", state(head));
    HttpResponse<String> options = send("OPTIONS", "/");
    assertEquals(204, options.statusCode());
    assertEquals("GET, HEAD, POST, OPTIONS", options.headers().firstValue("Allow").orElse(""));
    assertEquals(0, running.raised.get(), "nothing woke it");
    assertEquals(0, running.queued("m"));
  }

  @Test
  void anAwakeOneAnswersItselfAndItsIdleClockRunsOn() throws Exception {
    running.hello("m", "i1", pod.port(), "ready");
    assertEquals(200, send("POST", "/x").statusCode());
    var gate = running.activator.endpoints().named("demo", "m").gate();
    long idle = gate.idleNanos(System.nanoTime());
    assertEquals(200, send("GET", "/ping", "User-Agent", "Acme/1").statusCode());
    assertEquals(2, pod.executed.get(), "the pod answered");
    assertTrue(gate.idleNanos(System.nanoTime()) > idle, "the idle clock runs on");
    pod.behaves(Pod.Manner.HANG);
    var held =
        running.http.sendAsync(
            HttpRequest.newBuilder(running.uri("m", "/ping")).build(), BodyHandlers.ofString());
    until("it runs", () -> pod.executed.get() == 3);
    assertEquals(0, running.inFlight("m"), "no load");
    pod.release();
    assertEquals(200, held.join().statusCode());
  }

  @Test
  void oneWithAHardLimitIsAnsweredForSinceItsReplicasGetNothingUncounted() throws Exception {
    running.endpoint("m", Running.inImage().with(ScalingSpec.DEFAULTS.withContainerConcurrency(1)));
    running.hello("m", "i1", pod.port(), "ready");
    for (String path : List.of("/x", "/v2/health/ready")) {
      HttpResponse<String> probe = send("GET", path, "User-Agent", "kube-probe/1");
      assertEquals(200, probe.statusCode());
    }
    assertEquals(200, send("HEAD", "/").statusCode());
    assertEquals(0, pod.executed.get(), "none that the limit does not know of");
    assertEquals(200, send("POST", "/x").statusCode());
    assertEquals(1, pod.executed.get());
  }

  @Test
  void oneWhosePodWentAwayIsAnsweredFor() throws Exception {
    running.hello("m", "i1", pod.port(), "ready");
    pod.behaves(Pod.Manner.REFUSE_UNEXECUTED);
    assertEquals(200, send("GET", "/ping").statusCode());
    pod.close();
    assertEquals(200, send("GET", "/ping").statusCode());
  }

  @Test
  void aPausedOneAndOneThatCannotServeAreNotHealthy() {
    running.endpoint("m", Running.inImage().paused(true));
    HttpResponse<String> paused = send("GET", "/healthz");
    assertEquals(503, paused.statusCode());
    assertTrue(paused.body().contains("\"reason\":\"Paused\""), paused.body());
    running.endpoint(
        "m",
        Running.inImage(),
        InferenceEndpointStatus.EMPTY.with(
            List.of(
                new ConditionBuilder()
                    .withType("Ready")
                    .withStatus("False")
                    .withReason("ImagePull")
                    .withMessage("the image cannot be pulled")
                    .withObservedGeneration(1L)
                    .build())));
    HttpResponse<String> failed = send("GET", "/healthz");
    assertEquals(503, failed.statusCode());
    assertTrue(failed.body().contains("\"reason\":\"ImagePull\""), failed.body());
  }

  @Test
  void aPreflightIsTheFirstHalfOfACall() {
    var preflight =
        running.http.sendAsync(
            HttpRequest.newBuilder(running.uri("m", "/x"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .build(),
            BodyHandlers.ofString());
    until("it waits", () -> running.queued("m") == 1);
    until("it wakes", () -> running.raised.get() == 1);
    preflight.cancel(true);
  }
}
