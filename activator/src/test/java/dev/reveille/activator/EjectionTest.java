package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of three replicas one fails: it is left out, named, counted and tried again. */
class EjectionTest {
  private Running running;
  private final List<Pod> pods = new ArrayList<>();

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    running.endpoint("m", Running.inImage());
    for (int i = 0; i < 3; i++) {
      pods.add(new Pod(running.vertx, "i" + i));
      hello(i);
    }
  }

  private void hello(int pod) throws Exception {
    assertEquals(204, running.hello("m", "i" + pod, pods.get(pod).port(), "ready"));
  }

  @AfterEach
  void stop() {
    pods.forEach(Pod::close);
    running.close();
  }

  private long failedOf(int requests) {
    return IntStream.range(0, requests)
        .mapToObj(i -> running.call("m", "x").join())
        .map(HttpResponse::statusCode)
        .filter(status -> status != 200)
        .count();
  }

  private int ejected() {
    return running
        .activator
        .endpoints()
        .named("demo", "m")
        .gate()
        .census(System.nanoTime())
        .ejected();
  }

  private String metrics() throws Exception {
    return running.internal("GET", "/metrics", "", "").body();
  }

  private JsonNode told() throws Exception {
    String load = running.internal("GET", Wire.LOAD_PATH, "", Running.KEYS.operator()).body();
    return new ObjectMapper().readTree(load).path("endpoints").path(0).path("ejected");
  }

  @Test
  void oneThatAnswersBadlyCostsFiveAnswersAndComesBackAfterATrial() throws Exception {
    pods.get(1).behaves(Pod.Manner.FAIL);
    assertEquals(5, failedOf(60));
    assertEquals(1, ejected());
    assertTrue(
        metrics()
            .contains(
                "reveille_ejections_total{endpoint=\"m\",namespace=\"demo\",reason=\"GatewayError\",version=\"stable\"} 1.0"),
        this::ejectionMetrics);
    assertTrue(
        metrics()
            .contains(
                "reveille_ejected{endpoint=\"m\",namespace=\"demo\",version=\"stable\"} 1.0"));
    Iterator<JsonNode> none = told().elements();
    assertTrue(!none.hasNext(), "not worth telling yet");
    until("it is told of", this::isToldOf);
    assertEquals("127.0.0.1:" + pods.get(1).port(), told().path(0).path("pod").asText());
    assertEquals("GatewayError", told().path(0).path("reason").asText());
    pods.get(1).behaves(Pod.Manner.ECHO);
    until("a trial went well", () -> failedOf(1) == 0 && ejected() == 0);
    assertTrue(
        metrics()
            .contains(
                "reveille_ejected{endpoint=\"m\",namespace=\"demo\",version=\"stable\"} 0.0"));
  }

  private String ejectionMetrics() {
    try {
      return Stream.of(metrics().split("\n"))
          .filter(line -> line.contains("ejec"))
          .toList()
          .toString();
    } catch (Exception e) {
      return e.toString();
    }
  }

  private boolean isToldOf() {
    try {
      return told().size() == 1;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatIsAwayCostsNothingAndComesBackWithItsHello() throws Exception {
    Pod away = pods.get(1);
    int port = away.port();
    away.close();
    assertEquals(0, failedOf(20));
    assertEquals(1, ejected());
    assertTrue(ejectionMetrics().contains("reason=\"Unreachable\""), this::ejectionMetrics);
    pods.set(1, new Pod(running.vertx, "i1", port));
    hello(1);
    assertEquals(0, ejected());
    assertEquals(0, failedOf(60));
    assertTrue(pods.get(1).executed.get() > 0, "it serves again");
  }

  @Test
  void theOnlyOneIsAskedAllTheSameAndToldOf() throws Exception {
    for (int i = 1; i < pods.size(); i++) {
      pods.get(i).close();
      assertEquals(0, failedOf(3));
    }
    pods.getFirst().behaves(Pod.Manner.BREAK_BEFORE_ANSWER);
    assertEquals(10, failedOf(10));
    until("it is told of", () -> kept().equals(List.of("BrokeOff")));
    pods.getFirst().behaves(Pod.Manner.ECHO);
    assertEquals(0, failedOf(1));
    assertEquals(List.of(), kept());
  }

  private List<String> kept() {
    try {
      return told()
          .valueStream()
          .filter(each -> each.path("kept").asBoolean())
          .map(each -> each.path("reason").asText())
          .toList();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatDeclinesIsNotAtFault() throws Exception {
    pods.get(1).behaves(Pod.Manner.REFUSE_UNEXECUTED);
    assertEquals(0, failedOf(20));
    assertEquals(0, ejected());
  }

  @Test
  void oneThatBreaksOffIsNotTriedAgainForTheSameRequest() throws Exception {
    pods.get(1).behaves(Pod.Manner.BREAK_BEFORE_ANSWER);
    assertEquals(0, failedOf(60), "an idempotent request goes to another");
    assertEquals(5, pods.get(1).executed.get());
    assertEquals(1, ejected());
  }

  @Test
  void allThatAnswerBadlyGoOnBeingAsked() {
    pods.forEach(pod -> pod.behaves(Pod.Manner.FAIL));
    assertEquals(60, failedOf(60));
    assertEquals(1, ejected(), "of three, one is no more than half");
  }
}
