package dev.reveille.e2e.chaos;

import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How often the endpoints of a namespace fell asleep and were woken, as watched. */
public final class Cycles implements AutoCloseable {
  private final Map<String, Boolean> asleep = new ConcurrentHashMap<>();
  private final AtomicInteger sleeps = new AtomicInteger();
  private final AtomicInteger wakes = new AtomicInteger();
  private final SharedIndexInformer<Deployment> watch;

  public Cycles(Sandbox sandbox) {
    watch =
        sandbox
            .client()
            .apps()
            .deployments()
            .inNamespace(sandbox.namespace())
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Deployment seen) {
                    note(seen);
                  }

                  @Override
                  public void onUpdate(Deployment before, Deployment seen) {
                    note(seen);
                  }

                  @Override
                  public void onDelete(Deployment seen, boolean stateUnknown) {}
                });
  }

  private void note(Deployment seen) {
    boolean sleeps = seen.getSpec().getReplicas() == 0;
    Boolean before = asleep.put(seen.getMetadata().getName(), sleeps);
    if (before != null && before != sleeps) {
      (sleeps ? this.sleeps : wakes).incrementAndGet();
    }
  }

  public int sleeps() {
    return sleeps.get();
  }

  public int wakes() {
    return wakes.get();
  }

  @Override
  public void close() {
    watch.close();
  }
}
