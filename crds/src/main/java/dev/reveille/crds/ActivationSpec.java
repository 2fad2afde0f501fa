package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The bounds of an endpoint's gate, in each activator. */
@JsonIgnoreProperties(ignoreUnknown = true)
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
        String maxQueuedBytes) {

  public static final ActivationSpec DEFAULTS = new ActivationSpec(60, 1000, "64Mi");

  public ActivationSpec {
    maxWaitSeconds = maxWaitSeconds == null ? 60 : maxWaitSeconds;
    maxQueued = maxQueued == null ? 1000 : maxQueued;
    maxQueuedBytes = maxQueuedBytes == null ? "64Mi" : maxQueuedBytes;
  }

  /** {@link #maxQueuedBytes} in bytes. */
  public long queuedBytes() {
    return ByteSize.parse(maxQueuedBytes);
  }
}
