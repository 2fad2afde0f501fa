package dev.reveille.activator.internal;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.pool.PoolHello;
import dev.reveille.activator.pool.Pools;
import dev.reveille.crds.Keys;
import java.util.function.LongSupplier;

/** Takes the hellos of pods, and those that peers pass on. */
final class Hellos {
  private final Keys keys;
  private final Taking taking;
  private final Pools pools;
  private final Peers peers;
  private final LongSupplier nanoTime;

  Hellos(InternalServer.Parts parts, Taking taking, Pools pools, Peers peers) {
    this.keys = parts.keys();
    this.taking = taking;
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
      switch (taking.take(hello, message.host())) {
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
            && taking.take(passed.hello(), passed.host()) == Backends.Taken.NOT_NOW;
    if (notNow) {
      message.error(503, "not now; try again");
    } else {
      message.taken();
    }
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
