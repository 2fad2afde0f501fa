package dev.reveille.operator.status;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.ModelStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.activators.LoadReport;
import dev.reveille.operator.lifecycle.Observed;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From what is seen to what the status says. Ready is derived from the state. */
public final class EndpointStatus {
  private static final Duration FIRST_METRICS = Duration.ofMinutes(2);

  private final Observed observed;
  private final Instant now;
  private final @Nullable InferenceEndpointStatus before;

  private EndpointStatus(Observed observed, Instant now) {
    this.observed = observed;
    this.now = now;
    this.before = observed.endpoint().getStatus();
  }

  /** The status to show; equal to the one before when nothing changed. */
  public static InferenceEndpointStatus of(Observed observed, String domain, Instant now) {
    return new EndpointStatus(observed, now).status(domain);
  }

  private InferenceEndpointStatus status(String domain) {
    InferenceEndpoint endpoint = observed.endpoint();
    Optional<Verdict> failure = failure();
    EndpointState state = state(failure.isPresent());
    List<Condition> conditions = new ArrayList<>();
    conditions.add(condition("Ready", ready(state, failure)));
    if (endpoint.getSpec().model() != null) {
      conditions.add(condition("ModelAvailable", modelAvailable()));
    }
    conditions.add(condition("ScalingActive", scalingActive()));
    return new InferenceEndpointStatus(
        endpoint.getMetadata().getGeneration(),
        state,
        "http://%s.%s.svc.%s"
            .formatted(
                endpoint.getMetadata().getName(), endpoint.getMetadata().getNamespace(), domain),
        observed.ready(),
        observed.load().queued(),
        model(),
        ColdStarts.after(before == null ? null : before.coldStarts(), observed.load().coldStarts()),
        conditions);
  }

  /** Why nothing can be served, or could be if it were awake; empty while something serves. */
  private Optional<Verdict> failure() {
    if (observed.notOurs().isPresent()) {
      return Optional.of(
          Verdict.bad(
              Reason.NAME_TAKEN,
              observed.notOurs().get()
                  + " exists and is not this endpoint's: rename the endpoint or remove it"));
    }
    if (observed.ready() > 0) {
      return Optional.empty();
    }
    Verdict model = modelAvailable();
    if (model.isBad()) {
      return Optional.of(model);
    }
    return observed.wanted() > 0 ? Trouble.of(observed) : Optional.empty();
  }

  private EndpointState state(boolean failed) {
    if (failed) {
      return EndpointState.FAILED;
    }
    if (observed.wanted() == 0) {
      return observed.existing() > 0 ? EndpointState.DRAINING : EndpointState.ASLEEP;
    }
    return observed.ready() > 0 ? EndpointState.READY : EndpointState.WAKING;
  }

  private Verdict ready(EndpointState state, Optional<Verdict> failure) {
    return switch (state) {
      case FAILED -> failure.orElseThrow();
      case READY -> Verdict.good(Reason.SERVING);
      case WAKING -> Verdict.good(Reason.WAKING);
      case DRAINING -> Verdict.good(Reason.DRAINING);
      case ASLEEP -> {
        Verdict model = modelAvailable();
        yield model.status().equals("True") ? Verdict.good(Reason.ASLEEP) : model;
      }
    };
  }

  private Verdict modelAvailable() {
    Load load = observed.load();
    ModelSpec spec = observed.endpoint().getSpec().model();
    LoadReport.Failure failure = load.failure();
    if (failure != null && failure.revision().equals(observed.revision())) {
      return Verdict.bad(Reason.MODEL_FAILED, failure.reason() + ": " + failure.message());
    }
    if (spec == null || spec.inImage()) {
      return Verdict.good(spec == null ? Reason.AVAILABLE : Reason.IN_IMAGE);
    }
    LoadReport.Model model = load.model();
    if (model == null || !model.modelId().equals(Keys.modelId(spec))) {
      return keptOr(Verdict.unknown(Reason.PENDING));
    }
    return switch (model.state()) {
      case "ready" -> Verdict.good(Reason.AVAILABLE);
      case "failed" ->
          Verdict.bad(Reason.MODEL_UNAVAILABLE, model.reason() + ": " + model.message());
      default -> Verdict.unknown(Reason.FETCHING);
    };
  }

  /** While no activator says anything, what was known of this generation still holds. */
  private Verdict keptOr(Verdict unknown) {
    return previous("ModelAvailable")
        .filter(
            condition ->
                Objects.equals(
                    condition.getObservedGeneration(),
                    observed.endpoint().getMetadata().getGeneration()))
        .filter(condition -> condition.getReason().equals(Reason.AVAILABLE.word()))
        .map(condition -> Verdict.good(Reason.AVAILABLE))
        .orElse(unknown);
  }

  private Verdict scalingActive() {
    if (observed.wanted() == 0) {
      return Verdict.good(Reason.ASLEEP);
    }
    for (HorizontalPodAutoscalerCondition condition : autoscalerConditions()) {
      if (!condition.getType().equals("ScalingActive")) {
        continue;
      }
      if (condition.getStatus().equals("True")) {
        return Verdict.good(Reason.SCALING);
      }
      boolean paused = "ScalingDisabled".equals(condition.getReason());
      Instant since = Instant.parse(condition.getLastTransitionTime());
      boolean early = now.isBefore(since.plus(FIRST_METRICS));
      return paused || early
          ? Verdict.unknown(Reason.METRICS_PENDING)
          : Verdict.bad(Reason.NO_METRICS, condition.getMessage());
    }
    return Verdict.unknown(Reason.METRICS_PENDING);
  }

  private List<HorizontalPodAutoscalerCondition> autoscalerConditions() {
    return observed.autoscaler() == null || observed.autoscaler().getStatus() == null
        ? List.of()
        : observed.autoscaler().getStatus().getConditions();
  }

  private ModelStatus model() {
    InferenceEndpoint endpoint = observed.endpoint();
    ModelSpec spec = endpoint.getSpec().model();
    if (spec == null) {
      var container = Objects.requireNonNull(endpoint.getSpec().container());
      return new ModelStatus(container.image(), null, null, null, null);
    }
    String name = spec.name() == null ? endpoint.getMetadata().getName() : spec.name();
    String modelId = spec.inImage() ? null : Keys.modelId(spec);
    ModelStatus known = before == null ? null : before.model();
    if (known != null && known.digest() != null && Objects.equals(known.modelId(), modelId)) {
      // The first digest binds; what it was taken of did not change.
      return new ModelStatus(name, spec.version(), modelId, known.digest(), known.bytes());
    }
    LoadReport.Model reported = observed.load().model();
    if (reported != null && reported.modelId().equals(modelId) && reported.digest() != null) {
      return new ModelStatus(name, spec.version(), modelId, reported.digest(), reported.bytes());
    }
    return new ModelStatus(name, spec.version(), modelId, spec.digest(), null);
  }

  private Condition condition(String type, Verdict verdict) {
    Optional<Condition> previous = previous(type);
    boolean same = previous.filter(c -> c.getStatus().equals(verdict.status())).isPresent();
    return new ConditionBuilder()
        .withType(type)
        .withStatus(verdict.status())
        .withReason(verdict.reason().word())
        .withMessage(verdict.message())
        .withObservedGeneration(observed.endpoint().getMetadata().getGeneration())
        .withLastTransitionTime(
            same
                ? previous.orElseThrow().getLastTransitionTime()
                : now.truncatedTo(ChronoUnit.SECONDS).toString())
        .build();
  }

  private Optional<Condition> previous(String type) {
    return before == null || before.conditions() == null
        ? Optional.empty()
        : before.conditions().stream().filter(c -> c.getType().equals(type)).findFirst();
  }
}
