package dev.reveille.e2e.kit;

import dev.reveille.crds.Api;
import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.crds.WarmPoolStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** One warm pool as its user sees it. */
public final class Pool {
  private final Sandbox sandbox;
  private final String name;

  private Pool(Sandbox sandbox, String name) {
    this.sandbox = sandbox;
    this.name = name;
  }

  /** A pool of small pods. */
  public static Pool create(Sandbox sandbox, String name, int size, String maxModelBytes) {
    return create(
        sandbox,
        name,
        new WarmPoolSpec(
            size,
            null,
            new ResourceRequirementsBuilder()
                .withRequests(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("128Mi")))
                .withLimits(Map.of("cpu", new Quantity("1"), "memory", new Quantity("512Mi")))
                .build(),
            maxModelBytes));
  }

  public static Pool create(Sandbox sandbox, String name, WarmPoolSpec spec) {
    WarmPool pool = new WarmPool();
    pool.getMetadata().setName(name);
    pool.getMetadata().setNamespace(sandbox.namespace());
    pool.setSpec(spec);
    sandbox.client().resource(pool).create();
    return new Pool(sandbox, name);
  }

  /** The status, once it speaks of the spec as it is now. */
  public WarmPoolStatus await(String what, Predicate<WarmPoolStatus> good) {
    return Objects.requireNonNull(
        Await.that(
            "the pool " + name + " " + what,
            () -> resource().require().getStatus(),
            status -> status != null && status.free() != null && good.test(status)));
  }

  public WarmPoolStatus awaitFree(int pods) {
    return await("has " + pods + " free", status -> status.free() == pods);
  }

  /** Those that stand in it, claimed ones that were not handed over yet included. */
  public List<Pod> pods() {
    return labelled(Api.POOL_LABEL, name);
  }

  /** Pods of the pool that were handed over to this endpoint. */
  public List<Pod> bridgesOf(Endpoint endpoint) {
    return labelled(Api.BRIDGE_LABEL, endpoint.name());
  }

  private List<Pod> labelled(String label, String value) {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withLabel(label, value)
        .list()
        .getItems();
  }

  private Resource<WarmPool> resource() {
    return sandbox
        .client()
        .resources(WarmPool.class)
        .inNamespace(sandbox.namespace())
        .withName(name);
  }
}
