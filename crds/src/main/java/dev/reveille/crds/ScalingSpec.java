package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import org.jspecify.annotations.Nullable;

/** How many replicas, and when to sleep. */
@ValidationRule(
    value = "self.minReplicas <= self.maxReplicas",
    message = "scaling.minReplicas is above scaling.maxReplicas: lower the one or raise the other")
@ValidationRule(
    value = "self.metric != 'requestsPerSecond' || has(self.targetRequestsPerSecond)",
    message =
        "scaling.metric is requestsPerSecond: write how many one replica is meant to take,"
            + " scaling.targetRequestsPerSecond")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
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
        Integer idleSeconds,
    @JsonPropertyDescription(
            "What the autoscaler goes by while the endpoint is awake: concurrency, the requests that"
                + " run or wait; requestsPerSecond; or cpu.")
        @Default("\"concurrency\"")
        ScalingMetric metric,
    @JsonPropertyDescription(
            "Requests that one replica is meant to take at once, running or waiting. The autoscaler"
                + " holds it if scaling.metric is concurrency; a wake asks for as many replicas as the"
                + " waiting requests need, whatever the metric.")
        @Default("10")
        @Min(1)
        @Max(10000)
        Integer targetConcurrency,
    @JsonPropertyDescription(
            "Requests that one replica gets at once at most; more wait until one ends. 0: no limit but"
                + " an activator's own, 128 to a model server and 4096 to a container. A limit below"
                + " targetConcurrency counts as the target.")
        @Default("0")
        @Min(0)
        @Max(10000)
        Integer containerConcurrency,
    @JsonPropertyDescription(
            "Requests that one replica is meant to take a second, if scaling.metric is"
                + " requestsPerSecond.")
        @Min(1)
        @Max(1000000)
        @Nullable Integer targetRequestsPerSecond,
    @JsonPropertyDescription(
            "Percent of its CPU request that a replica is meant to use, if scaling.metric is cpu, or"
                + " while the autoscaler cannot have another.")
        @Default("70")
        @Min(1)
        @Max(10000)
        Integer targetCpuPercent,
    @JsonPropertyDescription(
            "How fast the autoscaler may scale up and down: passed on to the"
                + " HorizontalPodAutoscaler (autoscaling/v2, spec.behavior) as it is.")
        @Nullable HorizontalPodAutoscalerBehavior behavior,
    @JsonPropertyDescription(
            "A WarmPool of this namespace: one of its pods serves while the endpoint's own replicas"
                + " start.")
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
            message = "write the name of a WarmPool of this namespace")
        @Nullable String warmPool) {

  public static final ScalingSpec DEFAULTS = new ScalingSpec(0, 4, 60);

  private static final int TARGET_CONCURRENCY = 10;
  private static final int TARGET_CPU_PERCENT = 70;

  public ScalingSpec {
    minReplicas = minReplicas == null ? 0 : minReplicas;
    maxReplicas = maxReplicas == null ? 4 : maxReplicas;
    idleSeconds = idleSeconds == null ? 60 : idleSeconds;
    metric = metric == null ? ScalingMetric.CONCURRENCY : metric;
    targetConcurrency = targetConcurrency == null ? TARGET_CONCURRENCY : targetConcurrency;
    containerConcurrency = containerConcurrency == null ? 0 : containerConcurrency;
    targetCpuPercent = targetCpuPercent == null ? TARGET_CPU_PERCENT : targetCpuPercent;
  }

  /** Without a pool or a limit, everything else as by default. */
  public ScalingSpec(int minReplicas, int maxReplicas, int idleSeconds) {
    this(
        minReplicas,
        maxReplicas,
        idleSeconds,
        ScalingMetric.CONCURRENCY,
        TARGET_CONCURRENCY,
        0,
        null,
        TARGET_CPU_PERCENT,
        null,
        null);
  }

  public ScalingSpec withTargetConcurrency(int requests) {
    return with(requests, containerConcurrency, warmPool);
  }

  public ScalingSpec withContainerConcurrency(int requests) {
    return with(targetConcurrency, requests, warmPool);
  }

  public ScalingSpec withWarmPool(@Nullable String pool) {
    return with(targetConcurrency, containerConcurrency, pool);
  }

  private ScalingSpec with(int target, int limit, @Nullable String pool) {
    return new ScalingSpec(
        minReplicas,
        maxReplicas,
        idleSeconds,
        metric,
        target,
        limit,
        targetRequestsPerSecond,
        targetCpuPercent,
        behavior,
        pool);
  }

  /** Requests that one replica is meant to take at once, and may. */
  public int concurrency() {
    return containerConcurrency == 0
        ? targetConcurrency
        : Math.min(targetConcurrency, containerConcurrency);
  }

  /** Replicas that so many waiting requests need, within the bounds. */
  public int replicasFor(int waiting) {
    int needed = Math.ceilDiv(waiting, concurrency());
    return Math.clamp(needed, Math.max(1, minReplicas), maxReplicas);
  }
}
