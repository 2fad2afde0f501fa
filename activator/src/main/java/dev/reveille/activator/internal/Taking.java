package dev.reveille.activator.internal;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Backends.Taken;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.pool.PoolName;
import dev.reveille.activator.pool.Pools;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What a hello whose key was checked does, whoever passed it on. */
public final class Taking {
  private final Endpoints endpoints;
  private final Backends backends;
  private final Pools pools;
  private final LongSupplier nanoTime;

  public Taking(Endpoints endpoints, Backends backends, Pools pools, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.backends = backends;
    this.pools = pools;
    this.nanoTime = nanoTime;
  }

  /** A pod is taken once its hello is believed: else anybody could empty a pool. */
  public Taken take(Hello hello, String host) {
    Taken taken = backends.hello(hello, host);
    Optional<Endpoint> endpoint = endpoints.withUid(hello.uid());
    if (taken == Taken.YES && hello.isBridge() && endpoint.isPresent()) {
      PoolName pool = new PoolName(endpoint.get().namespace(), pool(endpoint.get()));
      pools.taken(pool, hello.instance(), host, hello.uid(), nanoTime.getAsLong());
      if (hello.isFailed()) {
        pools.relieved(host);
      }
    }
    return taken;
  }

  private static String pool(Endpoint endpoint) {
    String pool = endpoint.spec().scaling().warmPool();
    return pool == null ? "" : pool;
  }
}
