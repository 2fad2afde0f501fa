package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees; written by it alone. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InferenceEndpointStatus(
    @JsonPropertyDescription("The generation of the spec that this status speaks of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Asleep, Waking, Ready, Draining, Paused or Failed.")
        @Nullable EndpointState state,
    @JsonPropertyDescription("Where to send requests from inside the cluster.")
        @Nullable String url,
    @JsonPropertyDescription("Replicas that can serve now.") @Nullable Integer replicas,
    @JsonPropertyDescription("Replicas that are asked for now; absent: there is no Deployment.")
        @Nullable Integer wanted,
    @JsonPropertyDescription("Requests that wait, over all activators.") @Nullable Integer queued,
    @JsonPropertyDescription("The model as served.") @Nullable ModelStatus model,
    @JsonPropertyDescription("How long callers waited when the endpoint woke.")
        @Nullable ColdStartsStatus coldStarts,
    @JsonPropertyDescription(
            "The value of the annotation reveille.dev/wake that was followed last; another value"
                + " wakes the endpoint.")
        @Nullable String wakeFollowed,
    @JsonPropertyDescription(
            "The value of the annotation reveille.dev/sleep that was dealt with last; the condition"
                + " SleepFollowed tells how. Another value puts the endpoint to sleep.")
        @Nullable String sleepFollowed,
    @JsonPropertyDescription("How far the present version is rolled out.")
        @Nullable RolloutStatus rollout,
    @JsonPropertyDescription("The second version, while there is one.")
        @Nullable CanaryStatus canary,
    @JsonPropertyDescription("False always means that something is wrong; asleep is not False.")
        @Nullable List<Condition> conditions) {

  /** Nothing is known yet. */
  public static final InferenceEndpointStatus EMPTY =
      new InferenceEndpointStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null);

  /** The same with these followed annotations. */
  public InferenceEndpointStatus following(@Nullable String wake, @Nullable String sleep) {
    return new InferenceEndpointStatus(
        observedGeneration,
        state,
        url,
        replicas,
        wanted,
        queued,
        model,
        coldStarts,
        wake,
        sleep,
        rollout,
        canary,
        conditions);
  }

  /** The same with these conditions. */
  public InferenceEndpointStatus with(List<Condition> other) {
    return new InferenceEndpointStatus(
        observedGeneration,
        state,
        url,
        replicas,
        wanted,
        queued,
        model,
        coldStarts,
        wakeFollowed,
        sleepFollowed,
        rollout,
        canary,
        other);
  }

  /** How far a version is rolled out; the condition RolledOut says in words. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RolloutStatus(
      @JsonPropertyDescription("The present version; its pods carry it as reveille.dev/revision.")
          String revision,
      @JsonPropertyDescription("Replicas of it that can serve.") int updated,
      @JsonPropertyDescription("Replicas that are wanted.") int wanted) {}

  /** The model as served. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ModelStatus(
      @JsonPropertyDescription("Its name in the inference API.") String name,
      @JsonPropertyDescription("Its version in the inference API.") @Nullable String version,
      @JsonPropertyDescription("What the digest below was taken of.") @Nullable String modelId,
      @JsonPropertyDescription("The digest that binds every replica.") @Nullable String digest,
      @JsonPropertyDescription("Size of the file.") @Nullable Long bytes) {}

  /** Cold starts, from first request queued to first response byte. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ColdStartsStatus(
      @JsonPropertyDescription("How many there were.") long count,
      @JsonPropertyDescription("The latest.") @Nullable ColdStartStatus last,
      @JsonPropertyDescription("The median of the recent ones, in milliseconds.")
          @Nullable Double p50Millis,
      @JsonPropertyDescription("The 95th percentile of the recent ones, in milliseconds.")
          @Nullable Double p95Millis,
      @JsonPropertyDescription("The totals of the recent ones, at most 50, oldest first.")
          @Nullable List<Double> recentMillis,
      @JsonPropertyDescription(
              "The pod processes that ended the recent ones, shortened: none is counted twice.")
          @Nullable List<String> recentInstances) {}

  /** One cold start. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ColdStartStatus(
      @JsonPropertyDescription("When the first byte was answered.") String at,
      @JsonPropertyDescription(
              "pod: through a replica of its own; pool: through a pod of the WarmPool.")
          @Nullable String path,
      @JsonPropertyDescription("How long the caller waited, as people read it, such as 384ms.")
          String total,
      @JsonPropertyDescription("The same in milliseconds.") double totalMillis,
      @JsonPropertyDescription("Its phases, in order, adding up to the total.")
          List<PhaseStatus> phases) {}

  /** One phase of a cold start. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PhaseStatus(
      @JsonPropertyDescription("The phase.") String name,
      @JsonPropertyDescription("How long it took, in milliseconds.") double millis) {}
}
