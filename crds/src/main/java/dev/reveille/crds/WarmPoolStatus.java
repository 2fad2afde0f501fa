package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of a pool; written by it alone. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WarmPoolStatus(
    @JsonPropertyDescription("The generation of the spec that this status speaks of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Pods that a wake can claim now.") @Nullable Integer free,
    @JsonPropertyDescription("Wakes that claimed a pod.") @Nullable Long claims,
    @JsonPropertyDescription("Wakes that found none and took the ordinary path.")
        @Nullable Long misses,
    @JsonPropertyDescription("Up to where each activator's counts are in the sums above.")
        @Nullable List<TallyStatus> tallies,
    @JsonPropertyDescription("False always means that something is wrong.")
        @Nullable List<Condition> conditions) {

  /** What one activator had counted when it was last asked. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TallyStatus(
      @JsonPropertyDescription("The activator's pod.") String activator,
      @JsonPropertyDescription("Claims since it started.") long claims,
      @JsonPropertyDescription("Misses since it started.") long misses) {}
}
