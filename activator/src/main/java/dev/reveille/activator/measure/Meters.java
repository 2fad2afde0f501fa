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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The figures of one version of an endpoint; its series go when it goes. */
public final class Meters {
  /** The version of an endpoint that has no other, too. */
  public static final String STABLE = "stable";

  public static final String CANARY = "canary";

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
  private final List<Runnable> gauges = new ArrayList<>();
  private final Map<String, Timer> phases = new ConcurrentHashMap<>();
  private final Map<String, Counter> refusals = new ConcurrentHashMap<>();
  private final Map<String, Counter> ejections = new ConcurrentHashMap<>();
  private volatile @Nullable Series series;
  private boolean closed;

  /**
   * @param version {@link #STABLE} or {@link #CANARY}
   */
  public Meters(MeterRegistry registry, String namespace, String name, String version) {
    this.registry = registry;
    this.tags = Tags.of("namespace", namespace, "endpoint", name, "version", version);
  }

  /** What every endpoint has that was ever called: one that only sleeps has no series. */
  private record Series(
      List<Counter> requests,
      Timer took,
      Timer waits,
      Counter wakes,
      Counter relays,
      Counter ignored) {}

  private Series series() {
    Series known = series;
    return known == null ? begin() : known;
  }

  private synchronized Series begin() {
    Series known = series;
    if (known == null) {
      known =
          new Series(
              IntStream.range(1, CLASSES).mapToObj(this::requests).toList(),
              timer("reveille.request", "From a request's arrival to its answer's end", tags),
              timer("reveille.wait", "How long requests waited at the gate", tags),
              keep(
                  Counter.builder("reveille.wakes")
                      .description("Scale writes from zero")
                      .tags(tags)
                      .register(registry)),
              keep(
                  Counter.builder("reveille.relays")
                      .description("Requests passed on to the endpoint's home")
                      .tags(tags)
                      .register(registry)),
              keep(
                  Counter.builder("reveille.ignored")
                      .description("Requests that are no demand: health checks and the like")
                      .tags(tags)
                      .register(registry)));
      gauges.forEach(Runnable::run);
      series = known;
    }
    return known;
  }

  private Counter requests(int hundreds) {
    return keep(
        Counter.builder("reveille.requests")
            .description("Requests answered, by class of code")
            .tags(tags)
            .tag("code", hundreds + "xx")
            .register(registry));
  }

  /** A figure that is read when asked for, from the endpoint's first request on. */
  public <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Runnable begins =
        () ->
            keep(
                Gauge.builder(name, of, value)
                    .description(description)
                    .tags(tags)
                    .register(registry));
    synchronized (this) {
      gauges.add(begins);
      if (series != null) {
        begins.run();
      }
    }
  }

  /** The endpoint is called. */
  public void called() {
    series();
  }

  /**
   * @param nanos from the request's arrival to the end of its answer
   */
  public void answered(int status, long nanos) {
    Series own = series();
    own.requests().get(Math.clamp(status / 100, 1, CLASSES - 1) - 1).increment();
    own.took().record(nanos, TimeUnit.NANOSECONDS);
  }

  public void waited(long nanos) {
    series().waits().record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Another activator answers, and counts it. */
  public void relayed() {
    series().relays().increment();
  }

  /** One that sleeps and is only looked at has no series for it. */
  public void ignored() {
    Series known = series;
    if (known != null) {
      known.ignored().increment();
    }
  }

  public void woke() {
    series().wakes().increment();
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

  /** A backend is left out from now on; the reasons are few. */
  public void ejected(String reason) {
    ejections
        .computeIfAbsent(
            reason,
            why ->
                keep(
                    Counter.builder("reveille.ejections")
                        .description("Replicas left out because they failed, by reason")
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
    if (closed) {
      registry.remove(meter); // a request outlived its endpoint
    } else {
      own.add(meter);
    }
    return meter;
  }

  /** The endpoint is gone. */
  public synchronized void close() {
    closed = true;
    own.forEach(registry::remove);
    own.clear();
  }
}
