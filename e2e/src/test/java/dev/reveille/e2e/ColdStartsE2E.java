package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.MiniLm;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.ServerTiming;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Ten cold starts of a real model, phase by phase; figures to read, and sums that must hold. */
@Isolated("it measures")
class ColdStartsE2E {
  private static final int CYCLES = 10;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("cold");

  @Test
  void everyColdStartIsAccountedForPhaseByPhase() {
    Endpoint endpoint =
        SANDBOX
            .endpoint("minilm")
            .with("model.storageUri", ModelSource.uri(MiniLm.FILE))
            .with("model.digest", MiniLm.digest())
            .with("scaling.idleSeconds", 1)
            .apply();
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      endpoint.awaitAsleep();
      Answer answer = MiniLm.check(endpoint.infer(MiniLm.request()));
      ServerTiming timing = answer.timing();
      timing.expectSound(answer.millis());
      timing.phases().forEach(phase -> note(millis, phase.name(), phase.millis()));
      note(millis, "total", timing.total());
      note(millis, "client", answer.millis());
    }
    System.out.printf(
        "%-24s %4s %8s %8s %8s%n", CYCLES + " cold starts, ms", "N", "p50", "p95", "max");
    millis.forEach(ColdStartsE2E::print);
    endpoint.awaitAsleep();
    assertEquals(CYCLES, endpoint.status().coldStarts().count(), "cold starts counted");
    assertEquals(CYCLES, millis.get("total").size());
  }

  private static void note(Map<String, List<Double>> millis, String name, double value) {
    millis.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
  }

  private static void print(String name, List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        "%-24s %4d %8.1f %8.1f %8.1f%n",
        name,
        sorted.length,
        rank(sorted, 0.50),
        rank(sorted, 0.95),
        Arrays.stream(sorted).max().orElseThrow());
  }

  /** Nearest rank. */
  private static double rank(double[] sorted, double quantile) {
    return sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)];
  }
}
