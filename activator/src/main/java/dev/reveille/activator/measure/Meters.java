package dev.reveille.activator.measure;

import dev.reveille.activator.measure.Timeline.ColdStart;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The figures of one endpoint; its series go when it goes. */
public final class Meters {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(400),
    Duration.ofMillis(800),
    Duration.ofMillis(1600),
    Duration.ofMillis(3200),
    Duration.ofMillis(10_000),
    Duration.ofMillis(60_000)
  };
  private static final int CLASSES = 6;
  private static final int MOST_REASONS = 32;
  private static final int LONGEST_REASON = 64;

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> own = new ArrayList<>();
  private final Counter[] requests = new Counter[CLASSES];
  private final Map<String, Timer> phases = new ConcurrentHashMap<>();
  private final Map<String, Counter> refusals = new ConcurrentHashMap<>();
  private final Timer waits;
  private final Counter wakes;
  private final Counter ignored;

  public Meters(MeterRegistry registry, String namespace, String name) {
    this.registry = registry;
    this.tags = Tags.of("namespace", namespace, "endpoint", name);
    for (int i = 1; i < CLASSES; i++) {
      requests[i] =
          keep(
              Counter.builder("reveille.requests")
                  .description("Requests answered, by class of code")
                  .tags(tags)
                  .tag("code", i + "xx")
                  .register(registry));
    }
    waits = timer("reveille.wait", "How long requests waited at the gate", tags);
    wakes =
        keep(
            Counter.builder("reveille.wakes")
                .description("Scale writes from zero")
                .tags(tags)
                .register(registry));
    ignored =
        keep(
            Counter.builder("reveille.ignored")
                .description("Requests that are no demand: health checks and the like")
                .tags(tags)
                .register(registry));
  }

  /** A figure that is read when asked for. */
  public <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    keep(Gauge.builder(name, of, value).description(description).tags(tags).register(registry));
  }

  public void answered(int status) {
    Counter counter = requests[Math.clamp(status / 100, 1, CLASSES - 1)];
    counter.increment();
  }

  public void waited(long nanos) {
    waits.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void ignored() {
    ignored.increment();
  }

  public void woke() {
    wakes.increment();
  }

  /** Reasons come from pods as well: beyond a bound they are counted together. */
  public void refused(String reason) {
    boolean own =
        refusals.containsKey(reason)
            || (refusals.size() < MOST_REASONS && reason.length() <= LONGEST_REASON);
    refusals
        .computeIfAbsent(
            own ? reason : "Other",
            why ->
                keep(
                    Counter.builder("reveille.refusals")
                        .description("Requests refused, by reason")
                        .tags(tags)
                        .tag("reason", why)
                        .register(registry)))
        .increment();
  }

  public void coldStart(ColdStart coldStart) {
    record(coldStart.path(), "total", coldStart.totalMillis());
    coldStart.phases().forEach(part -> record(coldStart.path(), part.name(), part.millis()));
  }

  private void record(String path, String phase, double millis) {
    phases
        .computeIfAbsent(
            path + " " + phase,
            name ->
                timer(
                    "reveille.cold.start",
                    "Cold starts by phase; total is first request queued to first response byte",
                    tags.and("phase", phase, "path", path)))
        .record((long) (millis * 1e6), TimeUnit.NANOSECONDS);
  }

  private Timer timer(String name, String description, Tags all) {
    return keep(
        Timer.builder(name)
            .description(description)
            .tags(all)
            .serviceLevelObjectives(BUCKETS)
            .register(registry));
  }

  private synchronized <M extends Meter> M keep(M meter) {
    own.add(meter);
    return meter;
  }

  /** The endpoint is gone. */
  public synchronized void close() {
    own.forEach(registry::remove);
    own.clear();
  }
}
