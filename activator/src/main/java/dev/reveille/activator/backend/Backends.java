package dev.reveille.activator.backend;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.endpoint.Failure;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.measure.Way;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the word of pods, and drops those that the cluster does not confirm in time. */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
  private static final long CONFIRM_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Endpoints endpoints;
  private final Witness witness;
  private final LongSupplier nanoTime;

  public Backends(Endpoints endpoints, Witness witness, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.witness = witness;
    this.nanoTime = nanoTime;
  }

  /** What was made of a hello. */
  public enum Taken {
    YES,
    /** The endpoint or the pod is not known (yet), or the pod is going away. */
    NOT_NOW
  }

  /** A hello whose key was checked, from the pod at {@code host}. */
  public Taken hello(Hello hello, String host) {
    long now = nanoTime.getAsLong();
    Optional<Endpoint> found = endpoints.withUid(hello.uid());
    if (found.isEmpty() || found.get().isGoingAway(host, now)) {
      return Taken.NOT_NOW;
    }
    Endpoint endpoint = found.get();
    if (witness.isCurrent() && !witness.allows(endpoint, hello, host)) {
      LOG.info(
          "a hello for {}/{} from {}, where no pod of it is known: not taken",
          endpoint.namespace(),
          endpoint.name(),
          host);
      return Taken.NOT_NOW;
    }
    if (hello.isReady()) {
      hello.align(endpoint.wake().timeline(), now);
      endpoint.ready(
          new Backend(hello.uid(), hello.instance(), host, hello.port(), hello.revision(), now),
          now);
    } else if (hello.isFailed() && hello.isBridge()) {
      LOG.warn(
          "the bridge of {}/{} at {} failed, {}: {}",
          endpoint.namespace(),
          endpoint.name(),
          host,
          hello.reason(),
          hello.message());
    } else if (hello.isFailed()
        && !witness.superseded(endpoint.uid(), host)
        && !endpoint.forgives(host, now)) {
      endpoint.failed(new Failure(hello.revision(), hello.reason(), hello.message(), host));
    }
    return Taken.YES;
  }

  /** A server that is not ours answered its readiness path. */
  public void ready(Endpoint endpoint, String host, int port, String revision) {
    long now = nanoTime.getAsLong();
    if (endpoint.isGoingAway(host, now)) {
      return;
    }
    endpoint.wake().timeline().arrive(Way.SILENT, now);
    endpoint.ready(new Backend(endpoint.uid(), "", host, port, revision, now), now);
  }

  /** Drops what no live pod stands behind; to be called now and then. */
  public void dropUnconfirmed() {
    if (!witness.isCurrent()) {
      return;
    }
    long now = nanoTime.getAsLong();
    for (Endpoint endpoint : endpoints.all()) {
      for (Backend backend : endpoint.gate().backends()) {
        if (now - backend.since() > CONFIRM_WITHIN_NANOS && !witness.confirms(backend)) {
          LOG.warn(
              "no live pod of {}/{} has the address {}: dropped",
              endpoint.namespace(),
              endpoint.name(),
              backend.host());
          endpoint.lost(backend.host());
        }
      }
    }
  }

  /** It did not begin a request: it gets none until it says, or is asked, that it can serve. */
  public void declined(Lease lease) {
    with(lease, endpoint -> endpoint.gate().remove(lease.backend()::equals));
  }

  /** A connection was not had, for whatever reason. */
  public void unconnected(Lease lease, Throwable why) {
    Fault.ofConnecting(why).ifPresent(fault -> failed(lease, fault));
  }

  /** It answered a request, with that status. */
  public void answered(Lease lease, int status) {
    Fault.ofStatus(status)
        .ifPresentOrElse(
            fault -> failed(lease, fault),
            () -> with(lease, endpoint -> endpoint.gate().answered(lease, nanoTime.getAsLong())));
  }

  /** It failed a request; too often, and it is left out for a while. */
  public void failed(Lease lease, Fault fault) {
    with(
        lease,
        endpoint -> {
          if (endpoint.gate().failed(lease, fault, nanoTime.getAsLong())) {
            endpoint.meters().ejected(fault.reason());
            LOG.warn(
                "the backend of {}/{} at {} {}: left out",
                endpoint.namespace(),
                endpoint.name(),
                lease.backend().address(),
                fault.sentence());
          }
        });
  }

  /** Another activator is no backend, and looks after its own. */
  private void with(Lease lease, Consumer<Endpoint> act) {
    if (!lease.isElsewhere()) {
      endpoints.withUid(lease.backend().endpointUid()).ifPresent(act);
    }
  }
}
