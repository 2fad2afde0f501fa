package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The bounds of an endpoint's gate, in each activator. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ActivationSpec(
    @JsonPropertyDescription("Seconds a request waits for a replica at most; then it gets 504.")
        @Default("60")
        @Min(1)
        @Max(3600)
        Integer maxWaitSeconds,
    @JsonPropertyDescription("Requests that may wait at once in one activator; more get 429.")
        @Default("1000")
        @Min(1)
        @Max(100000)
        Integer maxQueued,
    @JsonPropertyDescription(
            "Bytes of request bodies that may wait at once in one activator, such as 64Mi; more get"
                + " 429.")
        @Default("\"64Mi\"")
        @Size(max = 20)
        @ValidationRule(value = ByteSize.RULE, message = ByteSize.MESSAGE)
        String maxQueuedBytes,
    @JsonPropertyDescription(
            "What a cold start may take, in milliseconds, from the first request queued to its first"
                + " response byte; the condition ColdStartWithinTarget tells whether the last one did."
                + " Absent: no target.")
        @Min(1)
        @Max(3600000)
        @Nullable Integer coldStartTargetMillis) {

  public static final ActivationSpec DEFAULTS = new ActivationSpec(60, 1000, "64Mi");

  public ActivationSpec {
    maxWaitSeconds = maxWaitSeconds == null ? 60 : maxWaitSeconds;
    maxQueued = maxQueued == null ? 1000 : maxQueued;
    maxQueuedBytes = maxQueuedBytes == null ? "64Mi" : maxQueuedBytes;
  }

  /** Without a target. */
  public ActivationSpec(int maxWaitSeconds, int maxQueued, String maxQueuedBytes) {
    this(maxWaitSeconds, maxQueued, maxQueuedBytes, null);
  }

  public ActivationSpec withColdStartTargetMillis(int millis) {
    return new ActivationSpec(maxWaitSeconds, maxQueued, maxQueuedBytes, millis);
  }

  /** {@link #maxQueuedBytes} in bytes. */
  public long queuedBytes() {
    return ByteSize.parse(maxQueuedBytes);
  }
}
