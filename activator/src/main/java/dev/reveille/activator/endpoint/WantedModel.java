package dev.reveille.activator.endpoint;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.ModelStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The model that an endpoint's replicas must have.
 *
 * @param id the depot's; empty when the depot has no part in it
 * @param digest the user's, else the first that was seen; empty until one is known
 */
record WantedModel(Optional<String> id, Optional<String> digest) {

  static WantedModel of(InferenceEndpoint resource) {
    ModelSpec model = resource.getSpec().model();
    Optional<String> id =
        model == null || model.inImage() ? Optional.empty() : Optional.of(Keys.modelId(model));
    return model != null && model.digest() != null
        ? new WantedModel(id, Optional.of(model.digest()))
        : new WantedModel(id, seen(id, resource.getStatus()));
  }

  /** Of the same model only: the status may still speak of the one before. */
  private static Optional<String> seen(
      Optional<String> id, @Nullable InferenceEndpointStatus status) {
    ModelStatus known = status == null ? null : status.model();
    return known != null && id.filter(same -> same.equals(known.modelId())).isPresent()
        ? Optional.ofNullable(known.digest())
        : Optional.empty();
  }

  /** Why bytes of that digest are not it; empty when they may be. */
  Optional<String> mismatch(String found) {
    return digest
        .filter(wanted -> !wanted.equals(found))
        .map(wanted -> "the model has digest " + found + ", not " + wanted);
  }
}
