package dev.reveille.operator.desired;

import dev.reveille.crds.ServerSpec;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.operator.Config.ModelServer;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Image and resources of a model server, defaults of the installation applied. */
public record ServerShape(String image, ResourceRequirements resources) {
  public static ServerShape of(@Nullable ServerSpec server, ModelServer defaults) {
    return server == null
        ? of(null, null, defaults)
        : of(server.image(), server.resources(), defaults);
  }

  public static ServerShape of(WarmPoolSpec pool, ModelServer defaults) {
    return of(pool.image(), pool.resources(), defaults);
  }

  private static ServerShape of(
      @Nullable String image, @Nullable ResourceRequirements resources, ModelServer defaults) {
    return new ServerShape(
        image == null ? defaults.image() : image,
        resources == null ? defaults.resources() : resources);
  }

  /** The limit of {@code cpu} in processors or of {@code memory} in bytes; empty: none. */
  public Optional<BigDecimal> limit(String resource) {
    Quantity limit = resources.getLimits() == null ? null : resources.getLimits().get(resource);
    return Optional.ofNullable(limit).map(Quantity::getNumericalAmount);
  }

  /** The CPU limit in whole processors, rounded up; 1 without a limit. */
  int processors() {
    return limit("cpu")
        .map(cpu -> Math.max(1, cpu.setScale(0, RoundingMode.CEILING).intValue()))
        .orElse(1);
  }
}
