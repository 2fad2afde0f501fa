package dev.reveille.e2e.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Clients that keep sending add-one requests, one at a time each, and check every answer. */
public final class SteadyLoad implements AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Endpoint endpoint;
  private final ExecutorService clients;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final Map<String, Integer> answeredByVersion = new TreeMap<>();
  private volatile boolean stopped;

  public SteadyLoad(Endpoint endpoint, int clients) {
    this.endpoint = endpoint;
    this.clients = Executors.newFixedThreadPool(clients);
    for (int i = 0; i < clients; i++) {
      running.add(this.clients.submit(this::send));
    }
  }

  private void send() {
    while (!stopped) {
      int x = sent.incrementAndGet();
      Answer answer = AddOne.check(x, endpoint.infer(AddOne.request(x)));
      synchronized (answeredByVersion) {
        answeredByVersion.merge(answer.json().path("model_version").asText(), 1, Integer::sum);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Right answers by the version of the model that gave them. */
  public Map<String, Integer> answeredByVersion() {
    synchronized (answeredByVersion) {
      return new TreeMap<>(answeredByVersion);
    }
  }

  /** Waits for that many further answers of the version. */
  public void awaitAnswers(int further, String version) {
    int before = answeredByVersion().getOrDefault(version, 0);
    Await.that(
        further + " answers of version " + version,
        () -> {
          running.stream().filter(Future::isDone).forEach(SteadyLoad::outcome);
          return answeredByVersion();
        },
        seen -> seen.getOrDefault(version, 0) >= before + further);
  }

  /** Stops; fails when a request was lost or an answer was wrong. */
  public int finish() {
    stopped = true;
    running.forEach(SteadyLoad::outcome);
    int answered = answeredByVersion().values().stream().mapToInt(Integer::intValue).sum();
    if (answered != sent.get()) {
      throw new AssertionError(sent + " sent, " + answered + " answered");
    }
    return answered;
  }

  @Override
  public void close() {
    stopped = true;
    clients.close();
  }

  private static void outcome(Future<?> client) {
    try {
      client.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError("a client under steady load: " + e.getCause(), e.getCause());
    }
  }
}
