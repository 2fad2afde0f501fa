package dev.reveille.activator.measure;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.lang.management.ManagementFactory;

/** What this process takes: memory, threads, descriptors, CPU time, allocated bytes. */
public final class JvmMeters {
  private JvmMeters() {}

  public static void register(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    FunctionCounter.builder(
            "reveille.allocated", threads, ThreadMXBean::getTotalThreadAllocatedBytes)
        .baseUnit("bytes")
        .description("Bytes that all threads have allocated")
        .register(registry);
  }
}
