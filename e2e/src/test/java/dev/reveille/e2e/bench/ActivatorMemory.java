package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The most that each activator takes meanwhile. */
final class ActivatorMemory implements AutoCloseable {
  private final Cluster cluster;
  private final Thread looking;
  private double most;

  ActivatorMemory(Cluster cluster) {
    this.cluster = cluster;
    this.looking = Thread.ofVirtual().start(this::look);
  }

  private void look() {
    while (!looking().isInterrupted()) {
      double now =
          Programs.now(cluster).entrySet().stream()
              .filter(each -> each.getKey().contains(Cluster.ACTIVATOR))
              .mapToDouble(each -> each.getValue().mebibytes())
              .max()
              .orElse(0);
      synchronized (this) {
        most = Math.max(most, now);
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }

  private static Thread looking() {
    return Thread.currentThread();
  }

  private double limit() {
    Pod pod = cluster.components(Cluster.ACTIVATOR).getFirst();
    Quantity limit =
        pod.getSpec().getContainers().getFirst().getResources().getLimits().get("memory");
    return limit.getNumericalAmount().doubleValue() / (1 << 20);
  }

  private int restarts() {
    return cluster.components(Cluster.ACTIVATOR).stream()
        .mapToInt(pod -> pod.getStatus().getContainerStatuses().getFirst().getRestartCount())
        .sum();
  }

  @Override
  public void close() {
    looking.interrupt();
  }

  @Override
  public synchronized String toString() {
    return String.format(
        Locale.ROOT,
        "memory of an activator: %.0f MiB at most of %.0f MiB; restarts: %d",
        most,
        limit(),
        restarts());
  }
}
