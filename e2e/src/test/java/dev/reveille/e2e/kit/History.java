package dev.reveille.e2e.kit;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Every state of an endpoint and every number of replicas it wanted, in order, as watched. */
public final class History implements AutoCloseable {
  private final List<EndpointState> states = new ArrayList<>();
  private final List<Integer> replicas = new ArrayList<>();
  private final SharedIndexInformer<InferenceEndpoint> endpoint;
  private final SharedIndexInformer<Deployment> deployment;

  History(Sandbox sandbox, String name, Resource<InferenceEndpoint> resource) {
    endpoint =
        resource.inform(
            each(
                seen -> {
                  if (seen.getStatus() != null && seen.getStatus().state() != null) {
                    note(states, seen.getStatus().state());
                  }
                }));
    deployment =
        sandbox
            .client()
            .apps()
            .deployments()
            .inNamespace(sandbox.namespace())
            .withName(name)
            .inform(each(seen -> note(replicas, seen.getSpec().getReplicas())));
  }

  /** The states, each change once. */
  public List<EndpointState> states() {
    synchronized (states) {
      return List.copyOf(states);
    }
  }

  /** The numbers of replicas wanted, each change once. */
  public List<Integer> replicas() {
    synchronized (replicas) {
      return List.copyOf(replicas);
    }
  }

  /** Waits until these states were seen, in this order, others between them or not. */
  public void awaitStates(EndpointState... wanted) {
    Await.that("states " + List.of(wanted) + " in order", this::states, seen -> has(seen, wanted));
  }

  private static boolean has(List<EndpointState> seen, EndpointState... wanted) {
    int next = 0;
    for (EndpointState state : seen) {
      if (next < wanted.length && state == wanted[next]) {
        next++;
      }
    }
    return next == wanted.length;
  }

  @Override
  public void close() {
    endpoint.close();
    deployment.close();
  }

  private static <T> void note(List<T> seen, T value) {
    synchronized (seen) {
      if (seen.isEmpty() || !seen.getLast().equals(value)) {
        seen.add(value);
      }
    }
  }

  private static <T> ResourceEventHandler<T> each(Consumer<T> consumer) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T seen) {
        consumer.accept(seen);
      }

      @Override
      public void onUpdate(T before, T seen) {
        consumer.accept(seen);
      }

      @Override
      public void onDelete(T seen, boolean stateUnknown) {}
    };
  }
}
