package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

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
  /** Paused by its user: nothing serves, requests are refused; nothing is wrong. */
  @JsonProperty("Paused")
  PAUSED,
  /** It cannot serve; the Ready condition says why. */
  @JsonProperty("Failed")
  FAILED;

  /** As the status has it. */
  public String word() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }
}
