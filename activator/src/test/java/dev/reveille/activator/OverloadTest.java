package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import io.vertx.core.Vertx;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than an endpoint can take: it does what it can, refuses the rest at once, and recovers. */
class OverloadTest {
  private static final int AT_ONCE = 4;
  private static final long MILLIS = 50;

  /** What a second brings at most. */
  private static final int CAPACITY = (int) (AT_ONCE * 1000 / MILLIS);

  private @TempDir Path depot;
  private final List<AutoCloseable> opened = new ArrayList<>();

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  /** A server limited by waiting: so many at once, each for so long; the others queue. */
  private static final class Limited {
    private final Vertx vertx;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private int running;
    private int most;
    private long changed = System.nanoTime();
    private double busy; // places times nanoseconds

    Limited(Vertx vertx) {
      this.vertx = vertx;
    }

    synchronized void handle(Runnable answer) {
      most = Math.max(most, running + queue.size() + 1);
      queue.add(answer);
      next();
    }

    private synchronized void next() {
      while (running < AT_ONCE && !queue.isEmpty()) {
        Runnable answer = queue.remove();
        change(1);
        vertx.setTimer(MILLIS, done -> over(answer));
      }
    }

    private void over(Runnable answer) {
      answer.run();
      synchronized (this) {
        change(-1);
      }
      next();
    }

    private void change(int by) {
      long now = System.nanoTime();
      busy += (double) running * (now - changed);
      changed = now;
      running += by;
    }

    /** How many places were taken since this was asked last, on average. */
    synchronized double taken(long since) {
      change(0);
      double mean = busy / (System.nanoTime() - since);
      busy = 0;
      return mean;
    }

    synchronized int most() {
      return most;
    }
  }

  /** What became of a request, and how long that took. */
  private record Told(int status, long sent, long ended) {
    double millis() {
      return (ended - sent) / 1e6;
    }

    static double percentile(List<Told> all, double share) {
      double[] sorted = all.stream().mapToDouble(Told::millis).sorted().toArray();
      return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    }
  }

  private static CompletableFuture<Told> ask(Running running, String name) {
    long sent = System.nanoTime();
    return running
        .call(name, "{}")
        .thenApply(answer -> new Told(answer.statusCode(), sent, System.nanoTime()));
  }

  /** So many a second for so long, whatever comes back; all answers. */
  private static List<Told> constantly(Running running, String name, int rate, double seconds) {
    return constantlySent(running, name, rate, seconds).stream()
        .map(CompletableFuture::join)
        .toList();
  }

  private static List<CompletableFuture<Told>> constantlySent(
      Running running, String name, int rate, double seconds) {
    List<CompletableFuture<Told>> sent = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < rate * seconds; i++) {
      LockSupport.parkNanos(began + TimeUnit.SECONDS.toNanos(i) / rate - System.nanoTime());
      sent.add(ask(running, name));
    }
    return sent;
  }

  private static List<Told> with(List<Told> all, int status) {
    return all.stream().filter(each -> each.status() == status).toList();
  }

  /** Good answers a second while there was work all the time. */
  private static double goodput(List<Told> all, double seconds) {
    long began = all.getFirst().sent();
    long end = began + (long) (seconds * 1e9);
    return with(all, 200).stream().filter(each -> each.ended() < end).count() / seconds;
  }

  @Test
  void whatIsTooMuchIsRefusedAtOnceAndTheRestRunsAtFullSpeed() throws Exception {
    Running running = opened(new Running(depot));
    Limited limited = new Limited(running.vertx);
    OwnServer server =
        opened(
            new OwnServer(
                running.vertx, request -> limited.handle(() -> request.response().end("{}"))));
    int waiting = CAPACITY / 2; // half a second's worth
    running.endpoint(
        "busy",
        server
            .speaking("http1", RequestsSpec.DEFAULTS, new ActivationSpec(60, waiting, "64Mi"))
            .with(ScalingSpec.DEFAULTS.withContainerConcurrency(AT_ONCE)));
    running.pod("p1", "uid-busy", "", "127.0.0.1");
    assertEquals(200, ask(running, "busy").join().status());

    double seconds = 1.5;
    List<Told> right = constantly(running, "busy", (int) (CAPACITY * 1.1), seconds);
    long began = System.nanoTime();
    limited.taken(began);
    List<CompletableFuture<Told>> sent = constantlySent(running, "busy", 10 * CAPACITY, seconds);
    double taken = limited.taken(began);
    List<Told> much = sent.stream().map(CompletableFuture::join).toList();
    List<Told> refused = with(much, 429);
    List<Told> served = with(much, 200);
    double peak = goodput(right, seconds);
    double good = goodput(much, seconds);
    System.out.printf(
        "peak %.0f/s; at ten times as much %.0f/s, %.2f of %d places taken; %d refused within %.1f ms (p50), %.1f ms (p99);"
            + " %d served within %.0f ms (p50)%n",
        peak,
        good,
        taken,
        AT_ONCE,
        refused.size(),
        Told.percentile(refused, 0.5),
        Told.percentile(refused, 0.99),
        served.size(),
        Told.percentile(served, 0.5));
    assertEquals(much.size(), refused.size() + served.size(), "nothing is lost");
    // Clients and server share this machine; `make bench-overload` tells how near it comes.
    assertTrue(good >= peak / 2, () -> good + " a second instead of " + peak);
    assertTrue(
        Told.percentile(refused, 0.99) < Told.percentile(served, 0.5) / 2,
        "a refusal waits for nothing");
    assertEquals(AT_ONCE, limited.most(), "the limit holds all the while");

    until("the line is empty", () -> running.queued("busy") == 0);
    List<Told> after = constantly(running, "busy", CAPACITY / 4, 0.5);
    assertEquals(after.size(), with(after, 200).size());
    assertTrue(
        Told.percentile(after, 0.5) < Told.percentile(served, 0.5) / 2, "as if nothing had been");
  }

  @Test
  void aCrowdAtASleepingEndpointIsServedToTheLastByOneChangeOfScale() throws Exception {
    int crowd = 2000;
    Running running = opened(new Running(depot));
    Pod pod = opened(new Pod(running.vertx, "i1"));
    running.endpoint(
        "crowd",
        Running.inImage()
            .with(new ActivationSpec(60, crowd, "64Mi"))
            .with(new ScalingSpec(0, 1, 60)));
    long began = System.nanoTime();
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < crowd; i++) {
      sent.add(running.call("crowd", "request " + i));
    }
    until("all of them wait", () -> running.queued("crowd") == crowd);
    double held = running.figure("reveille_request_memory_bytes");
    assertTrue(
        held > crowd * 12_000.0 && held < running.figure("reveille_request_memory_limit_bytes"),
        () -> held + " bytes held");
    running.hello("crowd", "i1", pod.port(), "ready");
    for (int i = 0; i < crowd; i++) {
      assertEquals("request " + i, sent.get(i).join().body());
    }
    assertEquals(1, running.replicas.get());
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    int looks = running.raised.get();
    assertTrue(looks <= 1 + seconds / 2, () -> looks + " looks at the scale in " + seconds + " s");
    assertEquals(crowd, pod.executed.get(), "each once");
    until("nothing is held", () -> running.figure("reveille_request_memory_bytes") == 0);
  }

  @Test
  void anEndpointThatFloodsTheActivatorLeavesRoomForTheOthers() throws Exception {
    long memory = 8 << 20;
    Running running =
        opened(
            new Running(
                depot,
                "activator",
                Map.of("REVEILLE_REQUEST_MEMORY_BYTES", String.valueOf(memory))));
    ActivationSpec plenty = new ActivationSpec(60, 100_000, "1Gi");
    running.endpoint("flood", Running.inImage().with(plenty));
    running.endpoint("modest", Running.inImage().with(plenty));
    String body = "x".repeat(20_000);
    List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      flood.add(running.call("flood", body));
    }
    until(
        "each waits or is refused",
        () ->
            running.queued("flood") + flood.stream().filter(each -> each.isDone()).count() == 1000);
    double held = running.figure("reveille_request_memory_bytes");
    assertTrue(held > memory / 3.0 && held <= memory / 2.0, () -> held + " of " + memory);
    HttpResponse<String> refused =
        flood.stream().filter(each -> each.isDone()).findFirst().orElseThrow().join();
    assertEquals(503, refused.statusCode());
    assertTrue(refused.body().contains("\"reason\":\"NoRoom\""), refused::body);
    assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));

    List<CompletableFuture<HttpResponse<String>>> modest = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      modest.add(running.call("modest", body));
    }
    until("all of the modest one's wait", () -> running.queued("modest") == 40);
    Pod pod = opened(new Pod(running.vertx, "i1"));
    running.hello("modest", "i1", pod.port(), "ready");
    modest.forEach(each -> assertEquals(body, each.join().body()));
    running.hello("flood", "i1", pod.port(), "ready");
    assertTrue(
        flood.stream().map(CompletableFuture::join).anyMatch(each -> each.statusCode() == 200));
    until("nothing is held", () -> running.figure("reveille_request_memory_bytes") == 0);
  }

  /** The activator says so itself, and no place of a replica was taken meanwhile. */
  @Test
  void aSlowBodyHoldsNoReplica() throws Exception {
    Running running = opened(new Running(depot));
    Pod pod = opened(new Pod(running.vertx, "i1"));
    running.endpoint(
        "slow",
        Running.inImage()
            .with(new RequestsSpec(1, "1Mi", true))
            .with(ScalingSpec.DEFAULTS.withContainerConcurrency(1)));
    running.hello("slow", "i1", pod.port(), "ready");
    try (Socket client = new Socket("127.0.0.1", running.activator.dataPort())) {
      client
          .getOutputStream()
          .write(
              "POST /namespaces/demo/endpoints/slow/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"
                  .getBytes(StandardCharsets.UTF_8));
      until("it is held", () -> running.figure("reveille_request_memory_bytes") > 0);
      assertEquals(200, ask(running, "slow").join().status());
      until("it runs no more", () -> running.inFlight("slow") == 0);
      String answer = new String(client.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      assertEquals("HTTP/1.1 408", answer);
    }
    until("nothing is held", () -> running.figure("reveille_request_memory_bytes") == 0);
  }
}
