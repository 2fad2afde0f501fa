package dev.reveille.activator.metricsapi;

import dev.reveille.activator.Wire;
import dev.reveille.activator.gate.Demand.Figures;
import java.util.Arrays;
import java.util.Optional;

/** What can be asked for. */
enum Metric {
  CONCURRENCY(Wire.CONCURRENCY_METRIC),
  REQUESTS_PER_SECOND(Wire.REQUESTS_METRIC);

  private final String text;

  Metric(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** As a Kubernetes quantity, in thousandths. */
  String quantity(Figures figures) {
    double value =
        switch (this) {
          case CONCURRENCY -> figures.concurrency();
          case REQUESTS_PER_SECOND -> figures.requestsPerSecond();
        };
    return Math.round(value * 1000) + "m";
  }

  static Optional<Metric> called(String text) {
    return Arrays.stream(values()).filter(metric -> metric.text.equals(text)).findFirst();
  }
}
