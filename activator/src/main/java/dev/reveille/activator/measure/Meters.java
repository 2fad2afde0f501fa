package dev.reveille.activator.measure;

import dev.reveille.activator.measure.Timeline.Phase;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one endpoint; its series go when it goes. What is counted on the warm path is
 * registered beforehand, the rest when it first happens.
 */
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
  private static final String MODEL_FAILED = "ModelFailed";

  /** Reasons that are ours; those that pods make up are counted as one. */
  private static final Set<String> REASONS =
      Set.of(
          "UnknownEndpoint",
          "QueueFull",
          "WaitedTooLong",
          "BackendTimeout",
          "BodyTooLarge",
          "TransferCoding",
          "BackendBroke",
          "NotExecuted",
          "ShuttingDown",
          MODEL_FAILED);

  private final MeterRegistry registry;
  private final Scope scope;
  private final Tags tags;
  private final List<Meter> own = new ArrayList<>();
  private final Counter[] requests = new Counter[CLASSES];
  private final Map<String, Timer> phases = new ConcurrentHashMap<>();
  private final Map<String, Counter> refusals = new ConcurrentHashMap<>();
  private final Counter left;
  private final Timer waits;
  private final Counter wakes;

  private enum Scope {
    /** An endpoint of its own series. */
    ONE,
    /** All that are beyond the bound of series, and requests for endpoints that do not exist. */
    OTHERS
  }

  public static Meters of(MeterRegistry registry, String namespace, String name) {
    return new Meters(registry, Scope.ONE, Tags.of("namespace", namespace, "endpoint", name));
  }

  /** One set for all that have none of their own; never closed, and without gauges. */
  public static Meters ofOthers(MeterRegistry registry) {
    return new Meters(registry, Scope.OTHERS, Tags.of("namespace", "other", "endpoint", "other"));
  }

  private Meters(MeterRegistry registry, Scope scope, Tags tags) {
    this.registry = registry;
    this.scope = scope;
    this.tags = tags;
    for (int i = 1; i < CLASSES; i++) {
      requests[i] = requests(i + "xx");
    }
    left = requests("left"); // the client went before there was an answer
    waits = timer("reveille.wait", "How long requests waited at the gate", tags);
    wakes =
        keep(
            Counter.builder("reveille.wakes")
                .description("Scale writes from zero")
                .tags(tags)
                .register(registry));
  }

  private Counter requests(String code) {
    return keep(
        Counter.builder("reveille.requests")
            .description("Requests answered, by class of code; left: the client did not wait")
            .tags(tags)
            .tag("code", code)
            .register(registry));
  }

  /** A figure that is read when asked for. */
  public <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    if (scope == Scope.ONE) {
      keep(Gauge.builder(name, of, value).description(description).tags(tags).register(registry));
    }
  }

  public void answered(int status) {
    requests[Math.clamp(status / 100, 1, CLASSES - 1)].increment();
  }

  public void left() {
    left.increment();
  }

  public void waited(long nanos) {
    waits.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void woke() {
    wakes.increment();
  }

  public void refused(String reason) {
    refusals
        .computeIfAbsent(
            REASONS.contains(reason) ? reason : MODEL_FAILED,
            why ->
                keep(
                    Counter.builder("reveille.refusals")
                        .description("Requests refused, by reason")
                        .tags(tags)
                        .tag("reason", why)
                        .register(registry)))
        .increment();
  }

  public void coldStart(double totalMillis, List<Phase> parts) {
    record("total", totalMillis);
    parts.forEach(part -> record(part.name(), part.millis()));
  }

  private void record(String phase, double millis) {
    phases
        .computeIfAbsent(
            phase,
            name ->
                timer(
                    "reveille.cold.start",
                    "Cold starts by phase; total is first request queued to first response byte",
                    tags.and("phase", name)))
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
    if (scope == Scope.ONE) {
      own.forEach(registry::remove);
      own.clear();
    }
  }
}
