package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** How many replicas, and when to sleep. */
@ValidationRule(
    value = "self.minReplicas <= self.maxReplicas",
    message = "scaling.minReplicas is above scaling.maxReplicas: lower the one or raise the other")
@JsonIgnoreProperties(ignoreUnknown = true)
public record ScalingSpec(
    @JsonPropertyDescription("Replicas that stay up. 0: the endpoint sleeps when nobody calls.")
        @Default("0")
        @Min(0)
        @Max(1000)
        Integer minReplicas,
    @JsonPropertyDescription("Replicas at most.") @Default("4") @Min(1) @Max(1000)
        Integer maxReplicas,
    @JsonPropertyDescription(
            "Seconds without a request, running or waiting, after which the endpoint sleeps.")
        @Default("60")
        @Min(1)
        @Max(604800)
        Integer idleSeconds) {

  public static final ScalingSpec DEFAULTS = new ScalingSpec(0, 4, 60);

  public ScalingSpec {
    minReplicas = minReplicas == null ? 0 : minReplicas;
    maxReplicas = maxReplicas == null ? 4 : maxReplicas;
    idleSeconds = idleSeconds == null ? 60 : idleSeconds;
  }
}
