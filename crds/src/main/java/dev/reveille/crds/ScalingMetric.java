package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the autoscaler of an endpoint goes by while it is awake. */
public enum ScalingMetric {
  /** Requests that run or wait. */
  @JsonProperty("concurrency")
  CONCURRENCY,
  /** CPU, as the metrics server tells it. */
  @JsonProperty("cpu")
  CPU,
  /** Requests that come in a second. */
  @JsonProperty("requestsPerSecond")
  REQUESTS_PER_SECOND
}
