package dev.reveille.e2e.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/**
 * The phases of a cold start in order, and their total, as a Server-Timing header says them.
 *
 * @param queue how long the request waited at the gate: all phases up to its being forwarded
 */
public record ServerTiming(List<Phase> phases, double queue, double total) {
  /** One phase. */
  public record Phase(String name, double millis) {}

  /** Reads {@code queue;dur=370, scale;dur=6.1, schedule;dur=20, total;dur=384.2}. */
  public static ServerTiming parse(String header) {
    List<Phase> phases = new ArrayList<>();
    double queue = Double.NaN;
    double total = Double.NaN;
    for (String metric : header.split(",")) {
      String[] parts = metric.strip().split(";");
      double millis = Double.NaN;
      for (String part : parts) {
        if (part.strip().startsWith("dur=")) {
          millis = Double.parseDouble(part.strip().substring(4));
        }
      }
      switch (parts[0]) {
        case "queue" -> queue = millis;
        case "total" -> total = millis;
        default -> phases.add(new Phase(parts[0], millis));
      }
    }
    return new ServerTiming(List.copyOf(phases), queue, total);
  }

  public double sum() {
    return phases.stream().mapToDouble(Phase::millis).sum();
  }

  /** Several phases, none negative, adding up to a total that the client's own clock confirms. */
  public void expectSound(double clientMillis) {
    assertTrue(phases.size() >= 3, () -> "too few phases: " + this);
    assertFalse(phases.stream().anyMatch(phase -> !(phase.millis >= 0)), () -> "odd: " + this);
    assertEquals(total, sum(), total * 0.05, () -> "the phases do not add up: " + this);
    assertTrue(queue > 0 && queue <= total, () -> "the queue is part of the total: " + this);
    assertTrue(
        total <= clientMillis + 1, () -> "the client waited only " + clientMillis + " ms: " + this);
    assertTrue(
        clientMillis - total < 500 + total * 0.1,
        () -> "the client waited much longer, " + clientMillis + " ms: " + this);
  }
}
