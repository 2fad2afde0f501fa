package dev.reveille.activator.internal;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.pool.PoolHello;
import dev.reveille.activator.pool.PoolName;
import dev.reveille.activator.pool.Pools;
import dev.reveille.crds.Keys;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Takes the hellos of pods, and those that peers pass on. */
final class Hellos {
  private final Keys keys;
  private final Endpoints endpoints;
  private final Backends backends;
  private final Pools pools;
  private final Peers peers;
  private final LongSupplier nanoTime;

  Hellos(
      InternalServer.Parts parts,
      Endpoints endpoints,
      Backends backends,
      Pools pools,
      Peers peers) {
    this.keys = parts.keys();
    this.endpoints = endpoints;
    this.backends = backends;
    this.pools = pools;
    this.peers = peers;
    this.nanoTime = parts.nanoTime();
  }

  /** A pod's own word: its key must be that of its endpoint, revision and model. */
  void ofPod(Message message, Hello hello) {
    if (!message.shows(keys.endpoint(hello.uid(), hello.revision(), hello.modelId()))) {
      message.unauthorized();
    } else if (hello.port() < 1 || hello.port() > 65535) {
      message.error(400, "no port: " + hello.port());
    } else {
      switch (take(hello, message.host())) {
        case YES -> {
          peers.tell(hello, message.host());
          message.taken();
        }
        case NOT_NOW -> message.error(503, "not now; try again");
      }
    }
  }

  void ofPeer(Message message, Peers.Passed passed) {
    if (!message.shows(keys.activator())) {
      message.unauthorized();
      return;
    }
    boolean notNow =
        passed.hello() != null
            && passed.host() != null
            && take(passed.hello(), passed.host()) == Backends.Taken.NOT_NOW;
    if (notNow) {
      message.error(503, "not now; try again");
    } else {
      message.taken();
    }
  }

  /** A pod is taken once its hello is believed: else anybody could empty a pool. */
  private Backends.Taken take(Hello hello, String host) {
    Backends.Taken taken = backends.hello(hello, host);
    Optional<Endpoint> endpoint = endpoints.withUid(hello.uid());
    if (taken == Backends.Taken.YES && hello.isBridge() && endpoint.isPresent()) {
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

  /** A pool pod's word that it is free, or spent. */
  void ofPoolPod(Message message, PoolHello hello) {
    String key = keys.pool(hello.uid(), hello.namespace(), hello.name(), hello.revision());
    if (!message.shows(key)) {
      message.unauthorized();
    } else if (!hello.isWhole()) {
      message.error(400, "not a pool hello");
    } else {
      pools.hello(hello, message.host(), nanoTime.getAsLong());
      peers.tell(hello, message.host());
      message.taken();
    }
  }

  void ofPoolPodByPeer(Message message, Peers.PassedPoolHello passed) {
    if (!message.shows(keys.activator())) {
      message.unauthorized();
      return;
    }
    if (passed.hello() != null && passed.host() != null && passed.hello().isWhole()) {
      pools.hello(passed.hello(), passed.host(), nanoTime.getAsLong());
    }
    message.taken();
  }
}
