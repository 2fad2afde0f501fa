package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Endpoint;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Many endpoints woken within one second.
 *
 * @param millis of those that were answered, each from its own request on
 * @param lost requests not answered with 200
 * @param lastMillis first request → last answer
 */
record Storm(List<Double> millis, int lost, double lastMillis) {
  private static final Duration WITHIN = Duration.ofSeconds(1);

  /** A storm may take this much of the time that the cores need to compute its pod starts. */
  private static final double ALLOWANCE = 1.5;

  /** All of them asleep before; their connections are open. */
  static Storm over(URI gateway, List<Endpoint> endpoints) {
    List<Wire> wires = endpoints.stream().map(endpoint -> Wire.to(gateway)).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<OptionalDouble>> asked = new ArrayList<>();
      long began = System.nanoTime();
      for (int i = 0; i < endpoints.size(); i++) {
        long due = began + WITHIN.toNanos() * i / endpoints.size();
        Machine.pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        Wire wire = wires.get(i);
        byte[] request = Wakes.inference(gateway, endpoints.get(i));
        asked.add(CompletableFuture.supplyAsync(() -> ask(wire, request), threads));
      }
      List<OptionalDouble> answers = asked.stream().map(CompletableFuture::join).toList();
      double last = (System.nanoTime() - began) / 1e6;
      List<Double> millis =
          answers.stream().flatMapToDouble(OptionalDouble::stream).boxed().toList();
      return new Storm(millis, endpoints.size() - millis.size(), last);
    } finally {
      wires.forEach(Wire::close);
    }
  }

  /** Empty: lost. */
  private static OptionalDouble ask(Wire wire, byte[] request) {
    try {
      Wire.Reply reply = wire.ask(request);
      return reply.status() == 200 ? OptionalDouble.of(reply.millis()) : OptionalDouble.empty();
    } catch (UncheckedIOException e) {
      return OptionalDouble.empty();
    }
  }

  /** The time that it may take, when one pod start computes for that long. */
  static double bound(int endpoints, double cpuMillisOfOne, int cores) {
    return ALLOWANCE * endpoints * cpuMillisOfOne / cores;
  }
}
