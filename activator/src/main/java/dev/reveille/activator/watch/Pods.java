package dev.reveille.activator.watch;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.measure.Mark;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model pods of the cluster, and what their coming and going means for their endpoints. */
public final class Pods {
  private final Map<String, PodSeen> byUid = new ConcurrentHashMap<>();
  private final Endpoints endpoints;
  private final LongSupplier nanoTime;

  public Pods(Endpoints endpoints, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.nanoTime = nanoTime;
  }

  /** Added or changed. */
  public void seen(PodSeen pod) {
    PodSeen before = byUid.put(pod.uid(), pod);
    Optional<Endpoint> endpoint = ownerOf(pod);
    if (endpoint.isEmpty()) {
      return;
    }
    if (pod.leaving()) {
      if (!pod.host().isEmpty()) {
        endpoint.get().lost(pod.host());
      }
      return;
    }
    long now = nanoTime.getAsLong();
    boolean asleep = !endpoint.get().wake().timeline().has(Mark.QUEUED);
    if (before == null && !asleep) {
      endpoint.get().mark(Mark.CREATED, now);
    }
    if (!pod.node().isEmpty() && (before == null || before.node().isEmpty()) && !asleep) {
      endpoint.get().mark(Mark.SCHEDULED, now);
    }
  }

  /** Deleted. */
  public void gone(PodSeen pod) {
    byUid.remove(pod.uid());
    ownerOf(pod)
        .ifPresent(
            endpoint -> {
              endpoint.lost(pod.host());
              endpoint.gone(pod.host());
            });
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

  /** A live pod of that endpoint has that address. */
  public boolean confirms(String endpointUid, String host) {
    return of(endpointUid).anyMatch(pod -> !pod.leaving() && pod.host().equals(host));
  }

  /** A younger live pod of another revision exists: what this one says of itself is history. */
  public boolean superseded(String endpointUid, String host) {
    return of(endpointUid)
        .filter(pod -> pod.host().equals(host))
        .anyMatch(pod -> of(endpointUid).anyMatch(other -> supersedes(other, pod)));
  }

  private static boolean supersedes(PodSeen other, PodSeen pod) {
    return !other.leaving()
        && !other.revision().equals(pod.revision())
        && other.created().compareTo(pod.created()) >= 0;
  }

  /** The addresses of all pods of an endpoint. */
  public Set<String> hostsOf(String endpointUid) {
    return of(endpointUid)
        .filter(pod -> !pod.host().isEmpty())
        .map(PodSeen::host)
        .collect(Collectors.toUnmodifiableSet());
  }
}
