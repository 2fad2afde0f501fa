package dev.reveille.modelserver.measure;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntSupplier;

/**
 * The few figures of this server, as Prometheus text (format 0.0.4). No registry: it would cost
 * start-up time, and the set of series is fixed.
 */
public final class Metrics {
  /** What requests are counted under. */
  public enum Path {
    INFER("infer"),
    PREDICT("predict"),
    HEALTH("health"),
    METADATA("metadata"),
    METRICS("metrics"),
    HELLO("hello"),
    CLAIM("claim"),
    OTHER("other");

    private final String label;

    Path(String label) {
      this.label = label;
    }
  }

  private static final int[] CODES = {200, 400, 401, 404, 405, 409, 410, 413, 421, 500, 503};
  private static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10
  };

  private final Timeline timeline;
  private final Map<Path, AtomicLongArray> requests = new EnumMap<>(Path.class);
  private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
  private final AtomicLong inferenceNanos = new AtomicLong();
  private final AtomicInteger ready = new AtomicInteger();

  public Metrics(Timeline timeline) {
    this.timeline = timeline;
    for (Path path : Path.values()) {
      requests.put(path, new AtomicLongArray(CODES.length));
    }
  }

  public void ready(boolean isReady) {
    ready.set(isReady ? 1 : 0);
  }

  public void answered(Path path, int status) {
    AtomicLongArray counts = requests.get(path);
    for (int i = 0; counts != null && i < CODES.length; i++) {
      if (CODES[i] == status) {
        counts.incrementAndGet(i);
      }
    }
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

  /** The figures; {@code inFlight} tells the requests that were begun and not answered. */
  public String text(IntSupplier inFlight) {
    StringBuilder text = new StringBuilder(4096);
    requests(text);
    type(text, "reveille_model_in_flight", "gauge", "Requests begun and not answered.");
    text.append("reveille_model_in_flight ").append(inFlight.getAsInt()).append('\n');
    type(text, "reveille_model_ready", "gauge", "1 while the model is loaded and was run once.");
    text.append("reveille_model_ready ").append(ready.get()).append('\n');
    memory(text);
    inferences(text);
    start(text);
    return text.toString();
  }

  /** Series that counted nothing are left out. */
  private void requests(StringBuilder text) {
    type(text, "reveille_model_requests_total", "counter", "Requests answered.");
    requests.forEach(
        (path, counts) -> {
          for (int i = 0; i < CODES.length; i++) {
            if (counts.get(i) > 0) {
              text.append("reveille_model_requests_total{path=\"").append(path.label);
              text.append("\",code=\"").append(CODES[i]).append("\"} ");
              text.append(counts.get(i)).append('\n');
            }
          }
        });
  }

  private static void memory(StringBuilder text) {
    Memory memory = Memory.ofThisProcess();
    type(text, "process_resident_memory_bytes", "gauge", "Memory in RAM.");
    text.append("process_resident_memory_bytes ").append(memory.residentBytes()).append('\n');
    type(text, "reveille_model_resident_memory_peak_bytes", "gauge", "The most there ever was.");
    text.append("reveille_model_resident_memory_peak_bytes ");
    text.append(memory.peakBytes()).append('\n');
  }

  private void inferences(StringBuilder text) {
    String name = "reveille_model_inference_seconds";
    type(text, name, "histogram", "From a request's body to its answer's.");
    long count = 0;
    for (int i = 0; i <= BOUNDS.length; i++) {
      count += buckets.get(i);
      text.append(name).append("_bucket{le=\"");
      text.append(i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf").append("\"} ");
      text.append(count).append('\n');
    }
    text.append(name).append("_sum ").append(inferenceNanos.get() / 1e9).append('\n');
    text.append(name).append("_count ").append(count).append('\n');
  }

  private void start(StringBuilder text) {
    type(text, "reveille_model_start_seconds", "gauge", "From the process's start to each step.");
    for (Timeline.Step step : Timeline.Step.values()) {
      if (timeline.millis(step) >= 0) {
        text.append("reveille_model_start_seconds{step=\"").append(step.label()).append("\"} ");
        text.append(Math.round(timeline.millis(step)) / 1e3).append('\n');
      }
    }
  }

  private static void type(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }
}
