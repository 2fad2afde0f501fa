package dev.reveille.e2e.bench;

import java.util.Arrays;
import java.util.List;

/** How measured values spread, by nearest rank: every quantile is a value that was measured. */
record Spread(List<Double> sorted) {
  Spread {
    sorted = sorted.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  static Spread of(double... values) {
    return new Spread(Arrays.stream(values).boxed().toList());
  }

  int count() {
    return sorted.size();
  }

  double p50() {
    return rank(0.50);
  }

  double p95() {
    return rank(0.95);
  }

  double max() {
    return sorted.getLast();
  }

  private double rank(double quantile) {
    return sorted.get(Math.max(0, (int) Math.ceil(quantile * sorted.size()) - 1));
  }
}
