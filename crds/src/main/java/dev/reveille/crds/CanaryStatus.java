package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import dev.reveille.crds.InferenceEndpointStatus.ModelStatus;
import dev.reveille.crds.InferenceEndpointStatus.RolloutStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of the second version; each field as of the endpoint itself. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CanaryStatus(
    @JsonPropertyDescription("Asleep, Waking, Ready, Draining or Failed.")
        @Nullable EndpointState state,
    @JsonPropertyDescription("Replicas that can serve now.") @Nullable Integer replicas,
    @JsonPropertyDescription("Replicas that are asked for now; absent: there is no Deployment.")
        @Nullable Integer wanted,
    @JsonPropertyDescription("Requests that wait, over all activators.") @Nullable Integer queued,
    @JsonPropertyDescription("The model as served.") @Nullable ModelStatus model,
    @JsonPropertyDescription("How long callers waited when the canary woke.")
        @Nullable ColdStartsStatus coldStarts,
    @JsonPropertyDescription(
            "The value of the annotation reveille.dev/wake that was followed last for the canary.")
        @Nullable String wakeFollowed,
    @JsonPropertyDescription(
            "The value of the annotation reveille.dev/sleep that was dealt with last for the canary.")
        @Nullable String sleepFollowed,
    @JsonPropertyDescription("How far the canary's present version is rolled out.")
        @Nullable RolloutStatus rollout,
    @JsonPropertyDescription(
            "False always means that something is wrong with the canary; whether it has its share of"
                + " the requests, the endpoint's condition CanaryProven says.")
        @Nullable List<Condition> conditions) {}
