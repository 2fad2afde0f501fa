package dev.reveille.operator.status;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ServerSpec;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.Config.ModelServer;
import dev.reveille.operator.desired.ServerShape;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** WarmPoolUsable: whether a pod of the endpoint's pool could serve it. */
final class PoolCondition {
  static final String TYPE = Api.POOL_CONDITION;

  private PoolCondition() {}

  /**
   * @param pool null: there is none of that name
   * @param bytes of the model; null: not known yet
   */
  static Verdict of(
      InferenceEndpoint endpoint,
      @Nullable WarmPool pool,
      @Nullable Long bytes,
      ModelServer defaults) {
    if (pool == null) {
      return Verdict.bad(
          Reason.POOL_MISSING,
          "there is no WarmPool %s in namespace %s"
              .formatted(
                  endpoint.getSpec().scaling().warmPool(), endpoint.getMetadata().getNamespace()));
    }
    return ownNeed(endpoint)
        .or(() -> shapeNeed(endpoint, pool, defaults))
        .or(() -> sizeNeed(pool, bytes))
        .map(need -> Verdict.bad(Reason.POOL_UNFIT, need))
        .orElseGet(
            () ->
                bytes == null
                    ? new Verdict(
                        "Unknown", Reason.PENDING, "The size of the model is not known yet.")
                    : Verdict.good(Reason.POOL_FITS));
  }

  /** What no pool's pod can have, for it is made before anybody knows who claims it. */
  private static Optional<String> ownNeed(InferenceEndpoint endpoint) {
    ModelSpec model = endpoint.getSpec().model();
    if (model == null) {
      return Optional.of("spec.container: a pool's pods run Reveille's model server");
    }
    if (model.inImage()) {
      return Optional.of("spec.model.storageUri: a pool's pods fetch models over HTTP only");
    }
    ServerSpec server = endpoint.getSpec().server();
    if (server == null) {
      return Optional.empty();
    }
    if (!server.env().isEmpty()) {
      return Optional.of("spec.server.env: only a pod of the endpoint's own can have it");
    }
    if (!server.nodeSelector().isEmpty()) {
      return Optional.of("spec.server.nodeSelector: a pool's pods run on any node");
    }
    return server.tolerations().isEmpty()
        ? Optional.empty()
        : Optional.of("spec.server.tolerations: a pool's pods tolerate no taints");
  }

  private static Optional<String> shapeNeed(
      InferenceEndpoint endpoint, WarmPool pool, ModelServer defaults) {
    ServerShape needed = ServerShape.of(endpoint.getSpec().server(), defaults);
    ServerShape given = ServerShape.of(pool.getSpec(), defaults);
    if (!needed.image().equals(given.image())) {
      return Optional.of(
          "the endpoint runs the image %s, the pool %s".formatted(needed.image(), given.image()));
    }
    return cpuNeed(needed, given).or(() -> memoryNeed(needed, given));
  }

  /** Without a limit it takes what there is. */
  private static Optional<String> cpuNeed(ServerShape needed, ServerShape given) {
    return needed
        .limit("cpu")
        .filter(limit -> isAbove(limit, given.limit("cpu")))
        .map(limit -> above("CPU", limit, given.limit("cpu")));
  }

  /** Without a limit it may need more than any. */
  private static Optional<String> memoryNeed(ServerShape needed, ServerShape given) {
    Optional<BigDecimal> limit = needed.limit("memory");
    Optional<BigDecimal> most = given.limit("memory");
    if (limit.isEmpty()) {
      return most.map(
          bytes ->
              "the endpoint has no memory limit, the pool one of %s bytes"
                  .formatted(bytes.toPlainString()));
    }
    return isAbove(limit.get(), most)
        ? Optional.of(above("memory", limit.get(), most))
        : Optional.empty();
  }

  private static boolean isAbove(BigDecimal needed, Optional<BigDecimal> given) {
    return given.isPresent() && needed.compareTo(given.get()) > 0;
  }

  private static String above(String what, BigDecimal needed, Optional<BigDecimal> given) {
    return "the endpoint's %s limit %s is above the pool's %s"
        .formatted(what, needed.toPlainString(), given.orElseThrow().toPlainString());
  }

  private static Optional<String> sizeNeed(WarmPool pool, @Nullable Long bytes) {
    return Optional.ofNullable(bytes)
        .filter(size -> size > pool.getSpec().modelBytes())
        .map(
            size ->
                "the model has %d bytes, the pool takes %s at most (spec.maxModelBytes)"
                    .formatted(size, pool.getSpec().maxModelBytes()));
  }
}
