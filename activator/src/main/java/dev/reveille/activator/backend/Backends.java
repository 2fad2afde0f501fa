package dev.reveille.activator.backend;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.endpoint.Failure;
import dev.reveille.activator.gate.Backend;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.watch.PodSeen;
import dev.reveille.activator.watch.Pods;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the word of pods, and drops those that the cluster does not confirm in time. */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
  private static final long CONFIRM_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Endpoints endpoints;
  private final Pods pods;
  private final BooleanSupplier watching;
  private final LongSupplier nanoTime;
  private final AtomicLong suspicions = new AtomicLong();

  /**
   * @param watching whether the pod watch is current
   */
  public Backends(Endpoints endpoints, Pods pods, BooleanSupplier watching, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.pods = pods;
    this.watching = watching;
    this.nanoTime = nanoTime;
  }

  /** What was made of a hello. */
  public enum Taken {
    YES,
    /** No such endpoint, or it is not known yet. */
    UNKNOWN_ENDPOINT,
    /** The pod is going away. */
    LEAVING
  }

  /** A hello whose key was checked, from the pod at {@code host}. */
  public Taken hello(Hello hello, String host) {
    long now = nanoTime.getAsLong();
    Optional<Endpoint> found = endpoints.withUid(hello.uid());
    if (found.isEmpty()) {
      return Taken.UNKNOWN_ENDPOINT;
    }
    Endpoint endpoint = found.get();
    Optional<PodSeen> pod = pods.at(hello.uid(), host);
    if (isLeaving(endpoint, pod, hello.instance(), now)) {
      return Taken.LEAVING;
    }
    if (hello.isReady()) {
      if (!endpoint.gate().has(any -> true)) {
        hello.align(endpoint.wakeThatEnds().timeline(), now);
      }
      endpoint.ready(
          new Backend(hello.uid(), hello.instance(), host, hello.port(), hello.revision(), now),
          now);
    } else if (pod.filter(pods::superseded).isEmpty() && !endpoint.forgives(host, now)) {
      endpoint.failed(new Failure(hello.revision(), hello.reason(), hello.message(), host, now));
    }
    return Taken.YES;
  }

  /** A server that is not ours answered its readiness path. */
  public void ready(Endpoint endpoint, PodSeen asked, int port) {
    long now = nanoTime.getAsLong();
    Optional<PodSeen> pod = pods.at(endpoint.uid(), asked.host());
    if (pod.isEmpty() || isLeaving(endpoint, pod, "", now)) {
      return;
    }
    if (!endpoint.gate().has(any -> true)) {
      endpoint.wakeThatEnds().timeline().mark(Mark.HELLO, now);
    }
    endpoint.ready(new Backend(endpoint.uid(), "", asked.host(), port, asked.revision(), now), now);
  }

  private static boolean isLeaving(
      Endpoint endpoint, Optional<PodSeen> pod, String instance, long now) {
    return pod.filter(PodSeen::leaving).isPresent()
        || endpoint.dismissed(pod.map(PodSeen::uid).orElse(""), instance, now);
  }

  /** Drops what no live pod stands behind; to be called now and then. */
  public void dropUnconfirmed() {
    if (!watching.getAsBoolean()) {
      return;
    }
    long now = nanoTime.getAsLong();
    for (Endpoint endpoint : endpoints.all()) {
      for (Backend backend : endpoint.gate().backends()) {
        if (isUnconfirmed(endpoint, backend.host(), backend.since(), now)) {
          LOG.warn(
              "no live pod of {}/{} has the address {}: dropped",
              endpoint.namespace(),
              endpoint.name(),
              backend.host());
          endpoint.lost(backend.host());
        }
      }
      Failure failure = endpoint.failure();
      if (failure != null && isUnconfirmed(endpoint, failure.host(), failure.since(), now)) {
        endpoint.gate().unblock(); // nobody stands behind it any more: the next request may wake
      }
    }
  }

  private boolean isUnconfirmed(Endpoint endpoint, String host, long since, long now) {
    return now - since > CONFIRM_WITHIN_NANOS
        && pods.at(endpoint.uid(), host).filter(pod -> !pod.leaving()).isEmpty();
  }

  /** It failed, or did not begin what it was sent: no requests until the prober has its word. */
  public void suspect(Backend backend) {
    suspicions.incrementAndGet();
    endpoints
        .withUid(backend.endpointUid())
        .ifPresent(endpoint -> endpoint.gate().remove(backend::equals));
  }

  /** Differs whenever a backend was suspected since. */
  long suspicions() {
    return suspicions.get();
  }
}
