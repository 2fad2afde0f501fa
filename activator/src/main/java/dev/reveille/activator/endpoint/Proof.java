package dev.reveille.activator.endpoint;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a canary has ever served as it is now. The operator says so of each generation; until it
 * does, a change that leaves alone what runs does not undo it.
 */
final class Proof {
  private final boolean given;

  private Proof(boolean given) {
    this.given = given;
  }

  static Proof of(InferenceEndpoint now) {
    return new Proof(said(now).orElse(false));
  }

  Proof after(InferenceEndpoint before, InferenceEndpoint now) {
    return new Proof(
        said(now).orElse(given && Canary.runsTheSame(before.getSpec(), now.getSpec())));
  }

  boolean isGiven() {
    return given;
  }

  /** Empty while nothing was said of the present generation. */
  private static Optional<Boolean> said(InferenceEndpoint canary) {
    @Nullable InferenceEndpointStatus status = canary.getStatus();
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream()
            .filter(each -> each.getType().equals(Api.CANARY_CONDITION))
            .filter(
                each ->
                    Objects.equals(
                        each.getObservedGeneration(), canary.getMetadata().getGeneration()))
            .findFirst()
            .map(Condition::getStatus)
            .map("True"::equals);
  }
}
