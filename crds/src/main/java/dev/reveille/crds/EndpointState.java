package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The one-word summary of an endpoint. */
public enum EndpointState {
  /** At zero replicas; the next request wakes it. */
  @JsonProperty("Asleep")
  ASLEEP,
  /** Replicas are wanted, none can serve yet. */
  @JsonProperty("Waking")
  WAKING,
  /** At least one replica can serve. */
  @JsonProperty("Ready")
  READY,
  /** Going to sleep: replicas finish what they run. */
  @JsonProperty("Draining")
  DRAINING,
  /** It cannot serve; the Ready condition says why. */
  @JsonProperty("Failed")
  FAILED
}
