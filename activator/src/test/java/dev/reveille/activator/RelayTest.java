package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.home.Sibling;
import dev.reveille.activator.route.Rendezvous;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two activators and a replica that may have one request at once: one of them is its home. */
class RelayTest {
  private static final int LIMIT = 1;

  private Running home;
  private Running guest;
  private HttpServer replica;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger peak = new AtomicInteger();
  private final List<String> began = new CopyOnWriteArrayList<>();
  private final List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
  private volatile boolean holds;
  private volatile boolean breaks;
  private volatile MultiMap seen = MultiMap.caseInsensitiveMultiMap();

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    boolean first = Rendezvous.rank("uid-m", "a") < Rendezvous.rank("uid-m", "b");
    home = new Running(depot, first ? "a" : "b");
    guest = new Running(depot, first ? "b" : "a");
    List<Sibling> ready =
        List.of(
            new Sibling(first ? "a" : "b", "127.0.0.1", home.activator.dataPort()),
            new Sibling(first ? "b" : "a", "127.0.0.1", guest.activator.dataPort()));
    replica =
        home.vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    for (Running each : List.of(home, guest)) {
      each.siblings = ready;
      each.endpoint("m", limited());
    }
  }

  private static InferenceEndpointSpec limited() {
    return Running.inImage().with(ScalingSpec.DEFAULTS.withContainerConcurrency(LIMIT));
  }

  private void ready() throws Exception {
    for (Running each : List.of(home, guest)) {
      assertEquals(204, each.hello("m", "i1", replica.actualPort(), "ready"));
    }
  }

  private void handle(HttpServerRequest request) {
    peak.accumulateAndGet(running.incrementAndGet(), Math::max);
    seen = request.headers();
    request
        .body()
        .onSuccess(
            body -> {
              began.add(body.toString());
              if (breaks) {
                running.decrementAndGet();
                breakOffAfterTheHead(request);
              } else if (holds) {
                held.add(request);
              } else {
                home.vertx.setTimer(5, due -> answer(request));
              }
            });
  }

  private static void breakOffAfterTheHead(HttpServerRequest request) {
    request
        .response()
        .putHeader("Content-Length", "1000")
        .putHeader("Content-Encoding", "gzip")
        .writeHead()
        .onComplete(written -> request.connection().close());
  }

  private void answer(HttpServerRequest request) {
    running.decrementAndGet();
    request.response().end("done");
  }

  @AfterEach
  void stop() {
    guest.close();
    home.close();
  }

  private static void allGood(List<CompletableFuture<HttpResponse<String>>> sent) {
    for (CompletableFuture<HttpResponse<String>> each : sent) {
      assertEquals(200, each.join().statusCode(), each.join()::body);
    }
  }

  private static String metric(Running at, String name) throws Exception {
    return at.internal("GET", "/metrics", "", "")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theLimitHoldsOverBothAndEachRequestIsCountedOnce() throws Exception {
    ready();
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      sent.add((i % 2 == 0 ? home : guest).call("m", "x"));
    }
    allGood(sent);
    assertEquals(LIMIT, peak.get(), "at once");
    assertEquals("80.0", metric(home, "reveille_requests_total{code=\"2xx\""));
    assertEquals("0.0", metric(guest, "reveille_requests_total{code=\"2xx\""));
    assertEquals("40.0", metric(guest, "reveille_relays_total"));
    assertEquals("0.0", metric(home, "reveille_relays_total"));
  }

  @Test
  void itIsFirstComeFirstServedOverBoth() throws Exception {
    ready();
    holds = true;
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int before = i;
      sent.add((i % 2 == 0 ? guest : home).call("m", "r" + i));
      until("it runs or waits", () -> home.queued("m") + home.inFlight("m") == before + 1);
    }
    assertEquals(0, guest.queued("m") + guest.inFlight("m"), "all of it is at home");
    for (int i = 0; i < 6; i++) {
      int number = i;
      until("the next one began", () -> held.size() == number + 1);
      answer(held.get(i));
    }
    allGood(sent);
    assertEquals(List.of("r0", "r1", "r2", "r3", "r4", "r5"), began);
  }

  @Test
  void theHomeWakesForBothAndSaysWhatRuns() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = guest.call("m", "x");
    until("it waits at home", () -> home.queued("m") == 1);
    until("the home wakes it", () -> home.raised.get() == 1);
    assertEquals(0, guest.raised.get());
    holds = true;
    ready();
    until("it runs", () -> held.size() == 1);
    assertTrue(fence(home).contains("\"inFlight\":1"), "the fence sees it");
    assertTrue(fence(guest).contains("\"inFlight\":0"), "once");
    answer(held.getFirst());
    allGood(List.of(answer));
    assertTrue(answer.join().headers().firstValue("X-Reveille-Cold-Start").isPresent());
  }

  private static String fence(Running at) throws Exception {
    return at.internal(
            "PUT",
            Wire.FENCES_PATH + "uid-m",
            "{\"id\":\"f\",\"seconds\":1}",
            Running.KEYS.operator())
        .body();
  }

  @Test
  void aHomeThatCannotBeReachedCostsNoRequest() throws Exception {
    ready();
    Sibling self = guest.siblings.get(1);
    Sibling gone = guest.siblings.get(0);
    guest.siblings = List.of(new Sibling(gone.pod(), "127.0.0.1", freePort()), self);
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sent.add(guest.call("m", "x"));
    }
    allGood(sent);
    assertEquals(LIMIT, peak.get());
    assertEquals("20.0", metric(guest, "reveille_requests_total{code=\"2xx\""));
  }

  private static int freePort() throws Exception {
    try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  @Test
  void aReplicaThatBreaksOffAfterItsHeadIsNotItsHomesFault() throws Exception {
    ready();
    breaks = true;
    for (Running each : List.of(guest, home)) {
      HttpResponse<String> answer = each.call("m", "x").join();
      assertEquals(502, answer.statusCode());
      assertTrue(answer.body().contains("\"reason\":\"BackendBroke\""), answer.body());
      assertEquals(List.of(), answer.headers().allValues("Content-Encoding"));
    }
    assertEquals(List.of("x", "x"), began, "each once: a head had come");
    breaks = false;
    allGood(List.of(guest.call("m", "y")));
    assertEquals("2.0", metric(guest, "reveille_relays_total"), "its home is its home still");
    assertEquals("1.0", metric(home, "reveille_requests_total{code=\"2xx\""));
  }

  /** Takes a request and is gone. */
  private void theHomeDies(boolean idempotent) {
    AtomicReference<HttpServer> itself = new AtomicReference<>();
    HttpServer dying =
        guest
            .vertx
            .createHttpServer()
            .requestHandler(request -> itself.get().close())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    itself.set(dying);
    Sibling self = guest.siblings.get(1);
    guest.siblings =
        List.of(new Sibling(guest.siblings.get(0).pod(), "127.0.0.1", dying.actualPort()), self);
    guest.endpoint("m", limited().with(new RequestsSpec(60, "8Mi", idempotent)));
  }

  @Test
  void whatMayNotBeRepeatedIsNotSentTwiceThoughItsHomeDies() throws Exception {
    ready();
    theHomeDies(false);
    HttpResponse<String> answer = guest.call("m", "x").join();
    assertEquals(502, answer.statusCode());
    assertEquals(List.of(), began, "the home may have run it");
  }

  @Test
  void whatMayBeRepeatedGoesToTheNextInRank() throws Exception {
    ready();
    theHomeDies(true);
    allGood(List.of(guest.call("m", "x")));
    assertEquals(List.of("x"), began);
  }

  @Test
  void theReplicaSeesTheClientAsTheFirstActivatorDid() throws Exception {
    ready();
    HttpRequest request =
        HttpRequest.newBuilder(guest.uri("m", "/x?a=b"))
            .header(Wire.RELAYED, "not the key")
            .header("X-Forwarded-For", "10.9.9.9")
            .header("X-Request-Id", "id-1")
            .POST(BodyPublishers.ofString("x"))
            .build();
    HttpResponse<String> answer = guest.http.send(request, BodyHandlers.ofString());
    assertEquals(200, answer.statusCode());
    assertEquals(List.of("id-1"), answer.headers().allValues("X-Request-Id"));
    assertEquals("1.0", metric(guest, "reveille_relays_total"), "a wrong key is none");
    assertEquals("127.0.0.1:" + guest.activator.dataPort(), seen.get("X-Forwarded-Host"));
    assertEquals(List.of("127.0.0.1"), seen.getAll("X-Forwarded-For"), "not the client's word");
    assertFalse(seen.contains(Wire.RELAYED), "the key stays among activators");
  }
}
