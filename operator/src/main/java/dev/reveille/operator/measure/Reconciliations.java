package dev.reveille.operator.measure;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;

/** Counts and times reconciliations, all endpoints together. */
public final class Reconciliations implements Metrics {
  private final Counter succeeded;
  private final Counter failed;
  private final Timer took;

  public Reconciliations(MeterRegistry meters) {
    this.succeeded = outcome(meters, "succeeded");
    this.failed = outcome(meters, "failed");
    this.took =
        Timer.builder("reveille.operator.reconcile")
            .description("Time that one reconciliation took")
            .register(meters);
  }

  private static Counter outcome(MeterRegistry meters, String outcome) {
    return Counter.builder("reveille.operator.reconciles")
        .description("Reconciliations, by outcome")
        .tag("outcome", outcome)
        .register(meters);
  }

  @Override
  public void finishedReconciliation(HasMetadata resource, Map<String, Object> metadata) {
    succeeded.increment();
  }

  @Override
  public void failedReconciliation(
      HasMetadata resource, Exception exception, Map<String, Object> metadata) {
    failed.increment();
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    return took.recordCallable(execution::execute);
  }
}
