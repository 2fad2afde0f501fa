package dev.reveille.e2e.bench;

import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;

/** A warm pool of two, and whether a wake could claim a pod of it now. */
final class Pool implements AutoCloseable {
  static final String NAME = "bench";
  private static final int SIZE = 2;

  private final Sandbox sandbox;

  Pool(Sandbox sandbox) {
    this.sandbox = sandbox;
    WarmPool pool = new WarmPool();
    pool.setMetadata(
        new ObjectMetaBuilder().withName(NAME).withNamespace(sandbox.namespace()).build());
    pool.setSpec(WarmPoolSpec.of(SIZE));
    sandbox.client().resource(pool).create();
  }

  /** Whether it ever becomes free, given a minute. */
  boolean becomesFree() {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (free() < 1 && System.nanoTime() < end) {
      Machine.pause(Duration.ofMillis(200));
    }
    return free() >= 1;
  }

  void awaitFree() {
    Await.that("the warm pool has a free pod", this::free, free -> free >= 1);
  }

  private int free() {
    WarmPool seen = resource().require();
    return seen.getStatus() == null || seen.getStatus().free() == null
        ? 0
        : seen.getStatus().free();
  }

  private Resource<WarmPool> resource() {
    return sandbox
        .client()
        .resources(WarmPool.class)
        .inNamespace(sandbox.namespace())
        .withName(NAME);
  }

  /** Its pods would be in the way of what is measured next. */
  @Override
  public void close() {
    resource().delete();
  }
}
