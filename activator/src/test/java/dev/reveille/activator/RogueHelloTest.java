package dev.reveille.activator;

import static dev.reveille.activator.Running.KEYS;
import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hello whose key is right makes a backend only where the cluster shows a pod of the endpoint.
 */
class RogueHelloTest {
  private Running running;
  private Pod pod;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    pod = new Pod(running.vertx, "i1");
    running.endpoint("m", Running.inImage());
    running.endpoint("other", Running.inImage());
    running.watching = true;
  }

  @AfterEach
  void stop() {
    pod.close();
    running.close();
  }

  @Test
  void aReplayedHelloFromWhereNoPodIsGetsNoRequest() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("it waits", () -> running.queued("m") == 1);
    assertEquals(503, running.hello("m", "i1", pod.port(), "ready"), "no pod is known at all");
    running.pod("a", "uid-other", "", "127.0.0.1");
    assertEquals(503, running.hello("m", "i1", pod.port(), "ready"), "another endpoint's pod");
    running.pod("b", "uid-m", "", "10.9.9.9");
    assertEquals(503, running.hello("m", "i1", pod.port(), "ready"), "its pod is elsewhere");
    assertEquals(1, running.queued("m"));
    assertEquals(0, pod.executed.get());
    waiting.cancel(true);
  }

  @Test
  void aPodWithoutAnAddressYetMayHaveThisOne() throws Exception {
    running.pod("a", "uid-m", "", "");
    assertEquals(204, running.hello("m", "i1", pod.port(), "ready"));
    assertEquals("x", running.call("m", "x").join().body());
  }

  @Test
  void aPodThatSaysHelloAndDiesCostsNoRequest() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting = running.call("m", "x");
    until("it waits", () -> running.queued("m") == 1);
    running.pod("a", "uid-m", "", "127.0.0.1");
    Pod dead = new Pod(running.vertx, "i0");
    int port = dead.port();
    dead.close();
    assertEquals(204, running.hello("m", "i0", port, "ready"));
    until("it waits again", () -> running.queued("m") == 1 && running.inFlight("m") == 0);
    assertEquals(204, running.hello("m", "i1", pod.port(), "ready"), "its successor");
    assertEquals("x", waiting.join().body());
    assertEquals(1, pod.executed.get());
  }

  @Test
  void thePodOfADeletedEndpointGetsNothing() throws Exception {
    running.pod("a", "uid-m", "", "127.0.0.1");
    running.activator.endpoints().remove("uid-m");
    assertEquals(503, running.hello("m", "i1", pod.port(), "ready"));
  }

  @Test
  void aBridgeMustStandInThePoolThatTheEndpointNames() throws Exception {
    running.pod("a", "", "another", "127.0.0.1");
    String body =
        """
        {"uid": "uid-m", "revision": "bridge-r1", "modelId": "", "instance": "i1", "port": %d, "state": "ready"}
        """
            .formatted(pod.port());
    String key = KEYS.endpoint("uid-m", "bridge-r1", "");
    assertEquals(503, running.internal("POST", Wire.HELLO_PATH, body, key).statusCode());
  }
}
