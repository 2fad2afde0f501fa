package dev.reveille.activator.watch;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.measure.Mark;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model pods of the cluster, and what their coming and going means for their endpoints. */
public final class Pods {
  private final Map<String, Map<String, PodSeen>> byEndpoint = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();
  private final Endpoints endpoints;
  private final LongSupplier nanoTime;

  public Pods(Endpoints endpoints, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.nanoTime = nanoTime;
  }

  /** Added or changed. */
  public void seen(PodSeen pod) {
    PodSeen before =
        byEndpoint
            .computeIfAbsent(pod.endpointUid(), uid -> new ConcurrentHashMap<>())
            .put(pod.uid(), pod);
    version.incrementAndGet();
    Optional<Endpoint> endpoint = endpoints.withUid(pod.endpointUid());
    if (endpoint.isEmpty()) {
      return;
    }
    if (pod.leaving()) {
      forget(endpoint.get(), pod);
    } else {
      mark(endpoint.get(), before, pod);
    }
  }

  /** Marks of a wake; pods that come while nobody waits are no part of one. */
  private void mark(
      Endpoint endpoint, @org.jspecify.annotations.Nullable PodSeen before, PodSeen pod) {
    long now = nanoTime.getAsLong();
    if (!endpoint.wake().timeline().has(Mark.QUEUED)) {
      return;
    }
    if (before == null) {
      endpoint.mark(Mark.CREATED, now);
    }
    if (!pod.node().isEmpty() && (before == null || before.node().isEmpty())) {
      endpoint.mark(Mark.SCHEDULED, now);
    }
  }

  /** Deleted. */
  public void gone(PodSeen pod) {
    byEndpoint.computeIfPresent(
        pod.endpointUid(),
        (uid, pods) -> {
          pods.remove(pod.uid());
          return pods.isEmpty() ? null : pods;
        });
    version.incrementAndGet();
    endpoints.withUid(pod.endpointUid()).ifPresent(endpoint -> forget(endpoint, pod));
  }

  /** Another pod may have the address already. */
  private void forget(Endpoint endpoint, PodSeen pod) {
    boolean taken = at(pod.endpointUid(), pod.host()).filter(other -> !other.leaving()).isPresent();
    if (!pod.host().isEmpty() && !taken) {
      endpoint.lost(pod.host());
    }
  }

  public Collection<PodSeen> all() {
    return byEndpoint.values().stream().flatMap(pods -> pods.values().stream()).toList();
  }

  /** Differs whenever {@link #all} does. */
  public long version() {
    return version.get();
  }

  /** The pod of that endpoint that has that address, a live one rather than one that leaves. */
  public Optional<PodSeen> at(String endpointUid, String host) {
    return of(endpointUid)
        .filter(pod -> pod.host().equals(host))
        .min((one, other) -> Boolean.compare(one.leaving(), other.leaving()));
  }

  /** A younger live pod of another revision exists: what this one says of itself is history. */
  public boolean superseded(PodSeen pod) {
    return of(pod.endpointUid())
        .anyMatch(
            other ->
                !other.leaving()
                    && !other.revision().equals(pod.revision())
                    && other.created().compareTo(pod.created()) >= 0);
  }

  /** All pods of an endpoint. */
  public Set<String> uidsOf(String endpointUid) {
    return of(endpointUid).map(PodSeen::uid).collect(Collectors.toUnmodifiableSet());
  }

  private Stream<PodSeen> of(String endpointUid) {
    return byEndpoint.getOrDefault(endpointUid, Map.of()).values().stream();
  }
}
