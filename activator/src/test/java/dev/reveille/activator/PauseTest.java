package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A paused endpoint: nobody is let in or wakes it, what runs is finished. */
class PauseTest {
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

  private void pause(boolean paused) {
    running.endpoint("m", Running.inImage().paused(paused));
  }

  private static void refused(HttpResponse<String> answer) {
    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("\"reason\":\"Paused\""), answer.body());
    assertTrue(answer.body().contains("spec.paused: false resumes it"), answer.body());
    assertTrue(answer.headers().firstValue("Retry-After").isEmpty(), "nobody knows when");
  }

  @Test
  void whoWaitsIsRefusedAndSoIsWhoComes() {
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("it waits", () -> running.queued("m") == 1);
    until("it is being woken", () -> running.raised.get() == 1);
    pause(true);
    refused(waiting.join());
    refused(running.call("m", "y").join());
    assertEquals(1, running.raised.get(), "nobody wakes it any more");
  }

  @Test
  void whatRunsIsFinishedAndResumingLetsInAgain() throws Exception {
    running.hello("m", "i1", pod.port(), "ready");
    pod.behaves(Pod.Manner.HANG);
    CompletableFuture<HttpResponse<String>> runs = running.call("m", "x");
    until("it runs", () -> pod.executed.get() == 1);
    pause(true);
    refused(running.call("m", "y").join());
    pod.release();
    assertEquals("x", runs.join().body());
    pause(false);
    pod.behaves(Pod.Manner.ECHO);
    assertEquals("z", running.call("m", "z").join().body());
  }

  @Test
  void aWakeCallSaysThatItIsPaused() {
    pause(true);
    URI wake =
        URI.create(
            "http://127.0.0.1:"
                + running.activator.dataPort()
                + "/reveille/v1/namespaces/demo/endpoints/m/wake");
    HttpRequest request = HttpRequest.newBuilder(wake).POST(BodyPublishers.noBody()).build();
    refused(running.http.sendAsync(request, BodyHandlers.ofString()).join());
    assertEquals(0, running.raised.get());
  }
}
