package dev.reveille.operator.activators;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one activator says of its endpoints (the wire contract's load). */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LoadReport(String activator, List<EndpointLoad> endpoints) {

  /** One endpoint, at one activator. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record EndpointLoad(
      String uid,
      String namespace,
      String name,
      int inFlight,
      int queued,
      long idleMillis,
      int backends,
      @Nullable Failure failure,
      @Nullable Model model,
      List<ColdStart> coldStarts) {}

  /** Why a pod said it cannot serve. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Failure(String revision, String reason, String message) {}

  /** The depot's word on a model; state is fetching, ready or failed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Model(
      String modelId,
      String state,
      @Nullable String digest,
      long bytes,
      String reason,
      String message) {}

  /** A cold start that ended. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ColdStart(long atMillis, double totalMillis, List<Phase> phases) {}

  /** One phase of it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Phase(String name, double millis) {}
}
