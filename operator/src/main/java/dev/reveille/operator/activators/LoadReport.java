package dev.reveille.operator.activators;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one activator says of its endpoints and pools (the wire contract's load).
 *
 * @param version names this answer, for the next question; empty: there are no partial answers
 * @param full false: only those endpoints that changed since the version that was asked for
 * @param known how many endpoints it knows in all
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LoadReport(
    String activator,
    String version,
    @Nullable Boolean full,
    int known,
    List<EndpointLoad> endpoints,
    List<PoolPart> pools) {

  public LoadReport {
    activator = orEmpty(activator);
    version = orEmpty(version);
    endpoints = orEmpty(endpoints);
    pools = orEmpty(pools);
  }

  /** Unless it says otherwise. */
  boolean isFull() {
    return full == null || full;
  }

  /** One endpoint, at one activator. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record EndpointLoad(
      @JsonProperty(required = true) String uid,
      String namespace,
      String name,
      @JsonProperty(required = true) int inFlight,
      @JsonProperty(required = true) int queued,
      @JsonProperty(required = true) long idleMillis,
      int backends,
      @Nullable Failure failure,
      List<Bridge> bridges,
      @Nullable Model model,
      List<ColdStart> coldStarts,
      List<Ejected> ejected) {

    public EndpointLoad {
      bridges = orEmpty(bridges);
      ejected = orEmpty(ejected);
      coldStarts = orEmpty(coldStarts);
    }
  }

  /** A pod of a WarmPool that the activator still sends to, or waits for. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Bridge(@JsonProperty(required = true) String pod, int inFlight) {}

  /**
   * A replica that the activator leaves out for a while because it failed requests.
   *
   * @param kept it is sent to all the same, for want of another
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Ejected(
      @JsonProperty(required = true) String pod, String reason, String message, boolean kept) {
    public Ejected {
      reason = orEmpty(reason);
      message = orEmpty(message);
    }
  }

  /** One pool, at one activator; claims and misses count since that started. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PoolPart(
      @JsonProperty(required = true) String namespace,
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) int free,
      @JsonProperty(required = true) long claims,
      @JsonProperty(required = true) long misses,
      List<String> spent) {

    public PoolPart {
      spent = orEmpty(spent);
    }

    String key() {
      return namespace + "/" + name;
    }

    /** Without these pods, NAMESPACE/NAME, among the spent. */
    PoolPart without(Set<String> serving) {
      List<String> left =
          spent.stream().filter(pod -> !serving.contains(namespace + "/" + pod)).toList();
      return new PoolPart(namespace, name, free, claims, misses, left);
    }
  }

  /** Why a pod said it cannot serve. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Failure(String revision, String reason, String message) {
    public Failure {
      revision = orEmpty(revision);
      reason = orEmpty(reason);
      message = orEmpty(message);
    }
  }

  /** The depot's word on a model; state is fetching, ready or failed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Model(
      String modelId,
      String state,
      @Nullable String digest,
      long bytes,
      String reason,
      String message) {
    public Model {
      modelId = orEmpty(modelId);
      state = orEmpty(state);
      reason = orEmpty(reason);
      message = orEmpty(message);
    }
  }

  /**
   * A cold start that ended; path is pod or pool.
   *
   * @param instance the pod process that answered; empty for servers that are not ours
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ColdStart(
      long atMillis, String path, String instance, double totalMillis, List<Phase> phases) {
    public ColdStart {
      instance = orEmpty(instance);
      path = orEmpty(path).isEmpty() ? "pod" : path;
      phases = orEmpty(phases);
    }
  }

  /** One phase of it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Phase(String name, double millis) {}

  /** What came over the wire may lack what the type promises. */
  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }
}
