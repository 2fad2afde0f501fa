package dev.reveille.activator.measure;

import dev.reveille.activator.depot.Depot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/** Figures of the process itself: JVM, depot. */
public final class ProcessMeters {
  private ProcessMeters() {}

  public static void measure(MeterRegistry registry, Depot depot) {
    List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())
        .forEach(figures -> figures.bindTo(registry));
    Gauge.builder("reveille.depot.bytes", depot, d -> d.figures().bytes())
        .description("Bytes of model files on disk")
        .register(registry);
    Gauge.builder("reveille.depot.models", depot, d -> d.figures().ready())
        .description("Models by state")
        .tag("state", "ready")
        .register(registry);
    Gauge.builder("reveille.depot.models", depot, d -> d.figures().failed())
        .description("Models by state")
        .tag("state", "failed")
        .register(registry);
    FunctionCounter.builder("reveille.depot.fetches", depot, d -> d.figures().fetches())
        .description("Fetches begun")
        .register(registry);
    FunctionCounter.builder("reveille.depot.failures", depot, d -> d.figures().failures())
        .description("Fetches that failed")
        .register(registry);
  }
}
