package dev.reveille.activator.watch;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.backend.Witness;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.pool.PoolName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model pods of the cluster, and what their coming and going means for their endpoints. */
public final class Pods implements Witness {
  private final Map<String, PodSeen> byUid = new ConcurrentHashMap<>();
  private final Endpoints endpoints;
  private final BooleanSupplier watching;
  private final LongSupplier nanoTime;
  private volatile Consumer<String> freed = host -> {};

  /**
   * @param watching whether the pod watch is current
   */
  public Pods(Endpoints endpoints, BooleanSupplier watching, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.watching = watching;
    this.nanoTime = nanoTime;
  }

  /** Added or changed. */
  public void seen(PodSeen pod) {
    PodSeen before = byUid.put(pod.uid(), pod);
    if (pod.leaving()) {
      if (!pod.host().isEmpty()) {
        concerned(pod).forEach(each -> each.lost(pod.host()));
      }
      return;
    }
    Optional<Endpoint> endpoint = ownerOf(pod);
    if (endpoint.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    boolean asleep = !endpoint.get().wake().timeline().has(Mark.QUEUED);
    if (before == null && !asleep && pod.pool().isEmpty()) {
      endpoint.get().mark(Mark.CREATED, now);
    }
    if (!pod.node().isEmpty() && (before == null || before.node().isEmpty()) && !asleep) {
      endpoint.get().mark(Mark.SCHEDULED, now);
    }
    if (!pod.host().isEmpty() && (before == null || before.host().isEmpty()) && !asleep) {
      endpoint.get().mark(Mark.ADDRESS, now);
    }
  }

  /** Deleted. */
  public void gone(PodSeen pod) {
    byUid.remove(pod.uid());
    if (!pod.host().isEmpty()) {
      concerned(pod)
          .forEach(
              endpoint -> {
                endpoint.lost(pod.host());
                endpoint.gone(pod.host());
              });
      freed.accept(pod.host());
    }
  }

  /**
   * Whose pod it is; a pool's may serve any endpoint of its namespace, before the labels say so.
   */
  private Stream<Endpoint> concerned(PodSeen pod) {
    return pod.pool().isEmpty()
        ? ownerOf(pod).stream()
        : endpoints.all().stream().filter(each -> each.namespace().equals(pod.namespace()));
  }

  /** Who is to know that an address is nobody's any more. */
  public void onFreed(Consumer<String> listener) {
    freed = listener;
  }

  /**
   * The endpoint whose pod it is. The label alone is anybody's to write: the namespace must fit.
   */
  public Optional<Endpoint> ownerOf(PodSeen pod) {
    return endpoints
        .withUid(pod.endpointUid())
        .filter(endpoint -> endpoint.namespace().equals(pod.namespace()));
  }

  private Stream<PodSeen> of(String endpointUid) {
    return byUid.values().stream()
        .filter(pod -> pod.endpointUid().equals(endpointUid) && ownerOf(pod).isPresent());
  }

  public Collection<PodSeen> all() {
    return byUid.values();
  }

  public boolean knows(String uid) {
    return byUid.containsKey(uid);
  }

  @Override
  public boolean isCurrent() {
    return watching.getAsBoolean();
  }

  @Override
  public boolean confirms(Backend backend) {
    return endpoints.withUid(backend.endpointUid()).stream()
        .anyMatch(
            endpoint ->
                live()
                    .filter(pod -> pod.host().equals(backend.host()))
                    .anyMatch(pod -> serves(pod, endpoint, backend.isBridge())));
  }

  @Override
  public boolean allows(Endpoint endpoint, Hello hello, String host) {
    List<PodSeen> there = live().filter(pod -> pod.host().equals(host)).toList();
    return there.isEmpty()
        ? live().anyMatch(pod -> pod.host().isEmpty() && serves(pod, endpoint, hello.isBridge()))
        : there.stream().anyMatch(pod -> serves(pod, endpoint, hello.isBridge()));
  }

  /** It is the endpoint's; or, as a bridge, of the pool that the endpoint names. */
  private static boolean serves(PodSeen pod, Endpoint endpoint, boolean asBridge) {
    return pod.namespace().equals(endpoint.namespace())
        && (pod.endpointUid().isEmpty()
            ? asBridge && pod.pool().equals(endpoint.spec().scaling().warmPool())
            : pod.endpointUid().equals(endpoint.uid()));
  }

  private Stream<PodSeen> live() {
    return byUid.values().stream().filter(pod -> !pod.leaving());
  }

  /** A live pod of that pool has that address; while the watch is not current, it may have. */
  public boolean standsIn(PoolName pool, String host) {
    return !isCurrent()
        || live()
            .anyMatch(
                pod ->
                    pod.host().equals(host)
                        && pod.namespace().equals(pool.namespace())
                        && pod.pool().equals(pool.name()));
  }

  /** Live pods that stand in a warm pool. */
  public List<PodSeen> inPools() {
    return live().filter(pod -> !pod.pool().isEmpty()).toList();
  }

  /** Any live pod has that address. */
  public boolean isAt(String host) {
    return live().anyMatch(pod -> pod.host().equals(host));
  }

  /** The name of the live pod at that address; empty when none is known there. */
  public Optional<String> nameAt(String namespace, String host) {
    return live()
        .filter(pod -> pod.host().equals(host) && pod.namespace().equals(namespace))
        .map(PodSeen::name)
        .findFirst();
  }

  @Override
  public boolean superseded(String endpointUid, String host) {
    return of(endpointUid)
        .filter(pod -> pod.host().equals(host))
        .anyMatch(pod -> of(endpointUid).anyMatch(other -> supersedes(other, pod)));
  }

  private static boolean supersedes(PodSeen other, PodSeen pod) {
    return !other.leaving()
        && !other.revision().equals(pod.revision())
        && other.created().compareTo(pod.created()) > 0; // by the second: of two equals neither
  }

  /** The addresses of all pods of an endpoint. */
  public Set<String> hostsOf(String endpointUid) {
    return of(endpointUid)
        .filter(pod -> !pod.host().isEmpty())
        .map(PodSeen::host)
        .collect(Collectors.toUnmodifiableSet());
  }
}
