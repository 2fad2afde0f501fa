package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus.ModelStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport;
import dev.reveille.operator.lifecycle.Observed;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** ModelAvailable: whether the model can be had and served; and the model as the status has it. */
final class ModelCondition {
  static final String TYPE = Observed.MODEL_CONDITION;

  private ModelCondition() {}

  static Verdict of(Observed observed, Previous previous) {
    Optional<LoadReport.Failure> failure = observed.load().failureOf(observed.revision());
    if (failure.isPresent()) {
      return Verdict.bad(
          Reason.MODEL_FAILED, failure.get().reason() + ": " + failure.get().message());
    }
    // Activators forget; a pod that cannot serve will not do better for being asked again.
    Optional<Verdict> failed =
        observed.ready() > 0 ? Optional.empty() : previous.still(TYPE, Set.of(Reason.MODEL_FAILED));
    return failed.orElseGet(() -> inDepot(observed, previous));
  }

  private static Verdict inDepot(Observed observed, Previous previous) {
    ModelSpec spec = observed.endpoint().getSpec().model();
    if (spec == null || spec.inImage()) {
      return known(observed, previous, spec == null ? Reason.AVAILABLE : Reason.IN_IMAGE);
    }
    LoadReport.Model model = observed.load().model();
    if (model == null || !model.modelId().equals(Keys.modelId(spec))) {
      // While no activator says anything, what was known of this generation still holds.
      return previous.still(TYPE, Set.of(Reason.AVAILABLE)).orElse(Verdict.unknown(Reason.PENDING));
    }
    return switch (model.state()) {
      case "ready" -> known(observed, previous, Reason.AVAILABLE);
      case "failed" ->
          Verdict.bad(Reason.MODEL_UNAVAILABLE, model.reason() + ": " + model.message());
      default -> Verdict.unknown(Reason.FETCHING);
    };
  }

  /** Good once every activator knows the endpoint: until then one of them would answer 404. */
  private static Verdict known(Observed observed, Previous previous, Reason reason) {
    boolean before = previous.still(ReadyCondition.TYPE, ReadyCondition.WAKEABLE).isPresent();
    return before || observed.load().complete()
        ? Verdict.good(reason)
        : Verdict.unknown(Reason.PENDING);
  }

  /** The first digest binds: what it was taken of did not change. */
  static ModelStatus model(Observed observed, Previous previous) {
    InferenceEndpoint endpoint = observed.endpoint();
    ModelSpec spec = endpoint.getSpec().model();
    if (spec == null) {
      var container = Objects.requireNonNull(endpoint.getSpec().container());
      return new ModelStatus(container.image(), null, null, null, null);
    }
    String name = spec.name() == null ? endpoint.getMetadata().getName() : spec.name();
    String modelId = spec.inImage() ? null : Keys.modelId(spec);
    Optional<ModelStatus> known =
        Optional.ofNullable(previous.status())
            .flatMap(before -> Optional.ofNullable(before.model()))
            .filter(model -> Objects.equals(model.modelId(), modelId));
    Optional<LoadReport.Model> reported =
        Optional.ofNullable(observed.load().model())
            .filter(model -> model.modelId().equals(modelId));
    String digest =
        known
            .flatMap(model -> Optional.ofNullable(model.digest()))
            .or(() -> Optional.ofNullable(spec.digest()))
            .or(() -> reported.flatMap(model -> Optional.ofNullable(model.digest())))
            .orElse(null);
    Long bytes =
        known
            .flatMap(model -> Optional.ofNullable(model.bytes()))
            .or(
                () ->
                    reported
                        .filter(model -> digest != null && digest.equals(model.digest()))
                        .map(LoadReport.Model::bytes))
            .orElse(null);
    return new ModelStatus(name, spec.version(), modelId, digest, bytes);
  }
}
