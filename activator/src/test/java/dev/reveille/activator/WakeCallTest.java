package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ScalingSpec;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client can say about waking and waiting, and how many replicas a wake asks for. */
class WakeCallTest {
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

  private CompletableFuture<HttpResponse<String>> wake(String method, String prefer) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + running.activator.dataPort()
                        + "/reveille/v1/namespaces/demo/endpoints/m/wake"))
            .method(method, BodyPublishers.noBody());
    if (!prefer.isEmpty()) {
      request.header("Prefer", prefer);
    }
    return running.http.sendAsync(request.build(), BodyHandlers.ofString());
  }

  @Test
  void aWakeCallWakesAndSaysSoAtOnce() throws Exception {
    HttpResponse<String> answer = wake("POST", "").join();
    assertEquals(202, answer.statusCode());
    assertEquals("{\"state\":\"waking\"}", answer.body());
    until("the scale is written", () -> running.raised.get() == 1);
    assertEquals(204, running.hello("m", "i1", pod.port(), "ready"));
    until("nobody waits any more", () -> running.queued("m") == 0);
    assertEquals("{\"state\":\"ready\"}", wake("POST", "").join().body());
    assertEquals(0, pod.executed.get(), "nothing is sent to the model");
  }

  @Test
  void itWaitsIfTheClientPrefersSo() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = wake("POST", "respond-async, wait=10");
    until("it waits", () -> running.queued("m") == 1);
    running.hello("m", "i1", pod.port(), "ready");
    assertEquals(200, answer.join().statusCode());
    assertEquals("wait=10", answer.join().headers().firstValue("Preference-Applied").orElse(""));
  }

  @Test
  void otherMethodsAndNamesAreRefused() {
    assertEquals(405, wake("GET", "").join().statusCode());
    assertEquals("POST", wake("GET", "").join().headers().firstValue("Allow").orElse(""));
  }

  @Test
  void aClientBoundsItsWait() {
    HttpRequest request =
        HttpRequest.newBuilder(running.uri("m", "/x"))
            .header("Prefer", "wait=1")
            .POST(BodyPublishers.ofString("x"))
            .build();
    HttpResponse<String> answer = running.http.sendAsync(request, BodyHandlers.ofString()).join();
    assertEquals(504, answer.statusCode());
    assertTrue(answer.body().contains("within 1 s (Prefer: wait)"), answer.body());
    assertEquals("2", answer.headers().firstValue("Retry-After").orElse(""));
    assertEquals("wait=1", answer.headers().firstValue("Preference-Applied").orElse(""));
  }

  @Test
  void traceContextPassesThrough() throws Exception {
    running.hello("m", "i1", pod.port(), "ready");
    HttpRequest request =
        HttpRequest.newBuilder(running.uri("m", "/x"))
            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .header("tracestate", "vendor=1")
            .POST(BodyPublishers.ofString("x"))
            .build();
    running.http.send(request, BodyHandlers.ofString());
    assertEquals(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        pod.lastHeaders.get("traceparent"));
    assertEquals("vendor=1", pod.lastHeaders.get("tracestate"));
  }

  @Test
  void aWakeAsksForAsManyReplicasAsTheQueueNeeds() {
    running.endpoint("n", Running.inImage().with(ScalingSpec.DEFAULTS.withTargetConcurrency(10)));
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    sent.add(running.call("n", "x"));
    until("one for one", () -> running.replicas.get() == 1);
    for (int i = 0; i < 24; i++) {
      sent.add(running.call("n", "x"));
    }
    until("three for twenty-five", () -> running.replicas.get() == 3);
    for (int i = 0; i < 100; i++) {
      sent.add(running.call("n", "x"));
    }
    until("not more than the most", () -> running.replicas.get() == 4);
    sent.forEach(each -> each.cancel(true));
  }
}
