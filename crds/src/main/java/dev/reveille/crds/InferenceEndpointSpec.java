package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What the user wants. Absent parts take their defaults here, as the API server does. */
@ValidationRule(
    value = "has(self.model) || has(self.container)",
    message =
        "spec.model is missing: say where the model is (spec.model.storageUri), or bring your own"
            + " HTTP server (spec.container)")
@ValidationRule(
    value = "!(has(self.model) && has(self.container))",
    message =
        "spec.model and spec.container exclude each other: a container of your own brings its own"
            + " model; remove one of the two")
@ValidationRule(
    value = "!(has(self.server) && has(self.container))",
    message =
        "spec.server and spec.container exclude each other: keep server to tune Reveille's model"
            + " server, container to run a server of your own")
@ValidationRule(
    value =
        "!has(self.canary) || !has(self.canary.server) || has(self.canary.model) ||"
            + " has(self.model)",
    message =
        "spec.canary.server tunes Reveille's model server: spec.container runs none; write"
            + " spec.canary.container")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InferenceEndpointSpec(
    @JsonPropertyDescription("The ONNX model to serve with Reveille's model server.")
        @Nullable ModelSpec model,
    @JsonPropertyDescription("How Reveille's model server runs: resources, threads, placement.")
        @Nullable ServerSpec server,
    @JsonPropertyDescription(
            "An HTTP server of your own instead of Reveille's: woken, held and measured alike.")
        @Nullable ContainerSpec container,
    @JsonPropertyDescription("How many replicas, and when to sleep.") @Default("{}")
        ScalingSpec scaling,
    @JsonPropertyDescription("What happens to requests that arrive while the endpoint wakes.")
        @Default("{}")
        ActivationSpec activation,
    @JsonPropertyDescription("Bounds of one request.") @Default("{}") RequestsSpec requests,
    @JsonPropertyDescription(
            "Versions before the present one that the Deployment remembers, for kubectl rollout"
                + " history.")
        @Default("3")
        @Min(0)
        @Max(100)
        Integer revisionHistoryLimit,
    @JsonPropertyDescription(
            "A second version beside this one, which gets a part of the requests. Promote it by"
                + " moving it to the place of what it replaces; roll back by removing it.")
        @Nullable CanarySpec canary,
    @JsonPropertyDescription(
            "True: requests are refused, those that run finish, and no replica is kept, whatever"
                + " scaling.minReplicas says; until it is false again.")
        @Default("false")
        Boolean paused) {

  private static final int REVISION_HISTORY = 3;

  public InferenceEndpointSpec {
    scaling = scaling == null ? ScalingSpec.DEFAULTS : scaling;
    activation = activation == null ? ActivationSpec.DEFAULTS : activation;
    requests = requests == null ? RequestsSpec.DEFAULTS : requests;
    revisionHistoryLimit = revisionHistoryLimit == null ? REVISION_HISTORY : revisionHistoryLimit;
    paused = paused != null && paused;
  }

  /** An endpoint of a model, everything else as by default. */
  public static InferenceEndpointSpec of(ModelSpec model) {
    return new InferenceEndpointSpec(
        model,
        null,
        null,
        ScalingSpec.DEFAULTS,
        ActivationSpec.DEFAULTS,
        RequestsSpec.DEFAULTS,
        REVISION_HISTORY,
        null,
        false);
  }

  public InferenceEndpointSpec with(ScalingSpec other) {
    return with(model, server, container, other);
  }

  public InferenceEndpointSpec with(ActivationSpec other) {
    return new InferenceEndpointSpec(
        model, server, container, scaling, other, requests, revisionHistoryLimit, canary, paused);
  }

  public InferenceEndpointSpec with(RequestsSpec other) {
    return new InferenceEndpointSpec(
        model, server, container, scaling, activation, other, revisionHistoryLimit, canary, paused);
  }

  public InferenceEndpointSpec withCanary(@Nullable CanarySpec other) {
    return new InferenceEndpointSpec(
        model,
        server,
        container,
        scaling,
        activation,
        requests,
        revisionHistoryLimit,
        other,
        paused);
  }

  /** What runs, and how many of it; all else stays. */
  InferenceEndpointSpec with(
      @Nullable ModelSpec otherModel,
      @Nullable ServerSpec otherServer,
      @Nullable ContainerSpec otherContainer,
      ScalingSpec otherScaling) {
    return new InferenceEndpointSpec(
        otherModel,
        otherServer,
        otherContainer,
        otherScaling,
        activation,
        requests,
        revisionHistoryLimit,
        canary,
        paused);
  }

  public InferenceEndpointSpec paused(boolean now) {
    return new InferenceEndpointSpec(
        model, server, container, scaling, activation, requests, revisionHistoryLimit, canary, now);
  }

  /** Its replicas are spoken to in HTTP/2. */
  public boolean speaksHttp2() {
    return container != null && container.speaksHttp2();
  }
}
