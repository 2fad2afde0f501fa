package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ScalingSpec;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How load spreads over three replicas, and what one slow one costs; prints the figures. */
class EvenLoadTest {
  private static final int REQUESTS = 450;
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(7);

  private Running running;
  private final List<Replica> replicas = new ArrayList<>();

  /** Does one request at a time, as a model on one thread. */
  private static final class Replica {
    private final Vertx vertx;
    private final long millis;
    private final HttpServer server;
    private final AtomicInteger served = new AtomicInteger();
    private long freeAt = System.nanoTime();

    Replica(Vertx vertx, long millis) {
      this.vertx = vertx;
      this.millis = millis;
      this.server =
          vertx
              .createHttpServer()
              .requestHandler(this::handle)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .join();
    }

    private void handle(HttpServerRequest request) {
      served.incrementAndGet();
      long now = System.nanoTime();
      long done;
      synchronized (this) {
        freeAt = Math.max(now, freeAt) + TimeUnit.MILLISECONDS.toNanos(millis);
        done = freeAt;
      }
      long delay = Math.max(1, TimeUnit.NANOSECONDS.toMillis(done - now));
      vertx.setTimer(delay, due -> request.response().end("done"));
    }

    int port() {
      return server.actualPort();
    }
  }

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    running.endpoint("m", Running.inImage().with(ScalingSpec.DEFAULTS));
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private void replicas(long... millis) throws Exception {
    for (long each : millis) {
      Replica replica = new Replica(running.vertx, each);
      replicas.add(replica);
      running.hello("m", "i" + replicas.size(), replica.port(), "ready");
    }
  }

  /** Sends at a steady rate whatever the answers do, and says how long each took, sorted. */
  private List<Double> steadily(IntFunction<URI> to) {
    List<CompletableFuture<Double>> answers = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < REQUESTS; i++) {
      long due = begin + i * BETWEEN_NANOS;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      answers.add(
          running
              .http
              .sendAsync(HttpRequest.newBuilder(to.apply(i)).build(), BodyHandlers.ofString())
              .thenApply(
                  answer -> {
                    assertEquals(200, answer.statusCode());
                    return (System.nanoTime() - due) / 1e6; // from when it should have been sent
                  }));
    }
    return answers.stream().map(CompletableFuture::join).sorted().toList();
  }

  private static double percentile(List<Double> sorted, double percent) {
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100) - 1);
  }

  private String print(String what, List<Double> millis) {
    return String.format(
        "%s: N %d, p50 %.0f ms, p95 %.0f ms, p99 %.0f ms, max %.0f ms; by replica %s%n",
        what,
        millis.size(),
        percentile(millis, 50),
        percentile(millis, 95),
        percentile(millis, 99),
        millis.getLast(),
        replicas.stream().map(replica -> replica.served.getAndSet(0)).toList());
  }

  private List<Double> throughTheActivator() {
    return steadily(i -> running.uri("m", "/x"));
  }

  private List<Double> roundRobin() {
    return steadily(
        i -> URI.create("http://127.0.0.1:" + replicas.get(i % replicas.size()).port() + "/x"));
  }

  @Test
  void threeEqualReplicasGetEqualShares() throws Exception {
    replicas(5, 5, 5);
    List<Double> millis = throughTheActivator();
    List<Integer> shares = replicas.stream().map(replica -> replica.served.get()).sorted().toList();
    System.out.print(print("three equal replicas", millis));
    assertTrue(shares.getLast() <= 1.25 * shares.getFirst(), shares::toString);
  }

  @Test
  void oneSlowReplicaOfThreeIsGivenLess() throws Exception {
    replicas(5, 5, 60);
    List<Double> least = throughTheActivator();
    String figures = print("one of three twelve times slower, least outstanding", least);
    List<Double> turns = roundRobin();
    figures += print("the same, round robin", turns);
    System.out.print(figures);
    assertTrue(percentile(least, 99) < percentile(turns, 99) / 2, figures);
  }
}
