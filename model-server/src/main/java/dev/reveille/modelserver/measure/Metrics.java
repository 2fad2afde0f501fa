package dev.reveille.modelserver.measure;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * The few figures of this server, as Prometheus text (format 0.0.4). No registry: it would cost
 * start-up time, and the set of series is fixed.
 */
public final class Metrics {
  private static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10
  };
  private static final int CLASSES = 6;

  private final Timeline timeline;
  private final LongAdder[] requests = new LongAdder[CLASSES];
  private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
  private final AtomicLong inferenceNanos = new AtomicLong();
  private final AtomicInteger inFlight = new AtomicInteger();

  public Metrics(Timeline timeline) {
    this.timeline = timeline;
    for (int i = 0; i < CLASSES; i++) {
      requests[i] = new LongAdder();
    }
  }

  public void begin() {
    inFlight.incrementAndGet();
  }

  public void end() {
    inFlight.decrementAndGet();
  }

  public int inFlight() {
    return inFlight.get();
  }

  public void answered(int status) {
    requests[Math.min(status / 100, CLASSES - 1)].increment();
  }

  /** An inference that took so long, parsing and writing included. */
  public void inferred(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && nanos / 1e9 > BOUNDS[bucket]) {
      bucket++;
    }
    buckets.incrementAndGet(bucket);
    inferenceNanos.addAndGet(nanos);
  }

  public String text() {
    StringBuilder text = new StringBuilder(2048);
    type(text, "reveille_model_requests_total", "counter", "Requests answered, by class of code.");
    for (int i = 2; i < CLASSES; i++) {
      text.append("reveille_model_requests_total{code=\"").append(i).append("xx\"} ");
      text.append(requests[i].sum()).append('\n');
    }
    type(text, "reveille_model_in_flight", "gauge", "Requests begun and not answered.");
    text.append("reveille_model_in_flight ").append(inFlight.get()).append('\n');
    type(
        text, "reveille_model_inference_seconds", "histogram", "From request body to answer body.");
    long count = 0;
    for (int i = 0; i <= BOUNDS.length; i++) {
      count += buckets.get(i);
      text.append("reveille_model_inference_seconds_bucket{le=\"");
      text.append(i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf").append("\"} ");
      text.append(count).append('\n');
    }
    text.append("reveille_model_inference_seconds_sum ").append(inferenceNanos.get() / 1e9);
    text.append("\nreveille_model_inference_seconds_count ").append(count).append('\n');
    type(text, "reveille_model_start_seconds", "gauge", "From the process's start to each step.");
    for (Timeline.Step step : Timeline.Step.values()) {
      if (timeline.millis(step) >= 0) {
        text.append(
            String.format(
                Locale.ROOT,
                "reveille_model_start_seconds{step=\"%s\"} %.6f%n",
                step.label(),
                timeline.millis(step) / 1e3));
      }
    }
    return text.toString();
  }

  private static void type(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }
}
