package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Wire;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Many endpoints woken within one second.
 *
 * @param answered those that were, each timed from its own request on
 * @param losses what became of each of the others
 * @param lastMillis first request → last answer
 */
record Storm(List<ColdStart> answered, List<String> losses, double lastMillis) {
  private static final Duration WITHIN = Duration.ofSeconds(1);

  /** A storm may take this much of the time that the cores need to compute its pod starts. */
  private static final double ALLOWANCE = 1.5;

  /** All of them asleep before; their connections are open. */
  static Storm over(URI gateway, List<Endpoint> endpoints) {
    List<Wire> wires = endpoints.stream().map(endpoint -> Wire.to(gateway)).toList();
    List<byte[]> requests =
        endpoints.stream().map(endpoint -> Wakes.inference(gateway, endpoint)).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<ColdStart> answered = Collections.synchronizedList(new ArrayList<>());
      List<String> losses = Collections.synchronizedList(new ArrayList<>());
      long began = System.nanoTime();
      for (int i = 0; i < endpoints.size(); i++) {
        long due = began + WITHIN.toNanos() * i / endpoints.size();
        Machine.pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        Wire wire = wires.get(i);
        byte[] request = requests.get(i);
        threads.execute(() -> ask(wire, request, answered, losses));
      }
      threads.shutdown();
      if (!threads.awaitTermination(5, TimeUnit.MINUTES)) {
        throw new AssertionError("no end: a connection outlives its own timeout");
      }
      double last = (System.nanoTime() - began) / 1e6;
      return new Storm(List.copyOf(answered), List.copyOf(losses), last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      wires.forEach(Wire::close);
    }
  }

  private static void ask(
      Wire wire, byte[] request, List<ColdStart> answered, List<String> losses) {
    try {
      answered.add(ColdStart.of(wire.ask(request).expectOk()));
    } catch (AssertionError | UncheckedIOException e) {
      losses.add(e.getMessage());
    }
  }

  /** The time that it may take, when one pod start computes for that long. */
  static double bound(int endpoints, double cpuMillisOfOne, int cores) {
    return ALLOWANCE * endpoints * cpuMillisOfOne / cores;
  }
}
