package dev.reveille.e2e.kit;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Many endpoints that nobody calls: applied by a few clients at once, watched until they sleep. */
public final class Fleet implements AutoCloseable {
  private static final int CLIENTS = 8;
  private static final long LOOK_AGAIN_NANOS = 5_000_000;
  private static final Duration ROUTABLE_WITHIN = Duration.ofSeconds(60);

  /** More than an endpoint of the fleet takes: refused, and wakes nothing. */
  private static final String TOO_LARGE = "x".repeat(2048);

  private final Sandbox sandbox;
  private final SharedIndexInformer<InferenceEndpoint> watch;
  private final Map<String, Long> asleep = new ConcurrentHashMap<>();
  private final List<Member> members = new ArrayList<>();

  /** One endpoint: when its apply began, and when a request for it was no longer unknown. */
  public record Member(String name, long appliedNanos, long routableNanos) {
    public double millisToRoutable() {
      return (routableNanos - appliedNanos) / 1e6;
    }
  }

  public Fleet(Sandbox sandbox) {
    this.sandbox = sandbox;
    watch =
        sandbox
            .client()
            .resources(InferenceEndpoint.class)
            .inNamespace(sandbox.namespace())
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(InferenceEndpoint seen) {
                    note(seen);
                  }

                  @Override
                  public void onUpdate(InferenceEndpoint before, InferenceEndpoint seen) {
                    note(seen);
                  }

                  @Override
                  public void onDelete(InferenceEndpoint seen, boolean stateUnknown) {}
                });
  }

  private void note(InferenceEndpoint seen) {
    if (seen.getStatus() != null && seen.getStatus().state() == EndpointState.ASLEEP) {
      asleep.putIfAbsent(seen.getMetadata().getName(), System.nanoTime());
    }
  }

  /** Grows to so many; returns once the activators route to each of them. */
  public List<Member> growTo(int size) {
    List<Member> added;
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Member>> applied =
          IntStream.range(members.size(), size)
              .mapToObj(i -> clients.submit(() -> apply("fleet-" + i)))
              .toList();
      added = applied.stream().map(Fleet::get).toList();
    }
    members.addAll(added);
    return added;
  }

  private Member apply(String name) {
    Endpoint endpoint = sandbox.addOne(name).with("requests.maxBodyBytes", "1Ki");
    long began = System.nanoTime();
    endpoint.apply();
    while (isUnknown(endpoint)) {
      if (System.nanoTime() - began > ROUTABLE_WITHIN.toNanos()) {
        throw new AssertionError(name + " is not routable within " + ROUTABLE_WITHIN);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    return new Member(name, began, System.nanoTime());
  }

  private boolean isUnknown(Endpoint endpoint) {
    return sandbox.gateway().post(endpoint.path("/"), TOO_LARGE).status() == 404;
  }

  /** Those that the activators refuse as unknown; a request of this kind wakes nothing. */
  public List<String> unknown() {
    return members.stream()
        .map(member -> sandbox.endpoint(member.name()))
        .filter(this::isUnknown)
        .map(Endpoint::name)
        .toList();
  }

  /** Waits until the status of each says that it sleeps. */
  public void awaitAsleep(Duration bound) {
    Await.that(
        members.size() + " endpoints are asleep",
        bound,
        () -> members.stream().filter(member -> !asleep.containsKey(member.name())).count(),
        waking -> waking == 0);
  }

  /** From the begin of a member's apply until its status said that it sleeps. */
  public double millisToAsleep(Member member) {
    return (asleep.get(member.name()) - member.appliedNanos()) / 1e6;
  }

  private static Member get(Future<Member> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
