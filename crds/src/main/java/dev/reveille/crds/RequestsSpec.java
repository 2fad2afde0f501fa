package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The bounds of one request. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RequestsSpec(
    @JsonPropertyDescription(
            "Seconds from the moment a request is sent to a replica to its first response byte; then"
                + " it gets 504. A gRPC call's begin anew while its client goes on sending; an answer"
                + " that has begun, or a WebSocket, may take any time.")
        @Default("60")
        @Min(1)
        @Max(3600)
        Integer timeoutSeconds,
    @JsonPropertyDescription(
            "The largest request body, such as 8Mi; larger ones get 413. What is sent after the"
                + " answer has begun is not counted.")
        @Default("\"8Mi\"")
        @Size(max = 20)
        @ValidationRule(value = ByteSize.RULE, message = ByteSize.MESSAGE)
        String maxBodyBytes,
    @JsonPropertyDescription(
            "True: a request whose replica died before any byte of its response may be sent again.")
        @Default("true")
        Boolean idempotent,
    @JsonPropertyDescription(
            "Which requests neither wake the endpoint nor keep it awake, besides those that never do"
                + " (health checks of well-known checkers, HEAD and OPTIONS of the root).")
        @Default("{}")
        IgnoreSpec ignore) {

  public static final RequestsSpec DEFAULTS = new RequestsSpec(60, "8Mi", true);

  /** Without requests to be ignored of its own. */
  public RequestsSpec(int timeoutSeconds, String maxBodyBytes, boolean idempotent) {
    this(timeoutSeconds, maxBodyBytes, idempotent, IgnoreSpec.NONE);
  }

  public RequestsSpec {
    timeoutSeconds = timeoutSeconds == null ? 60 : timeoutSeconds;
    maxBodyBytes = maxBodyBytes == null ? "8Mi" : maxBodyBytes;
    idempotent = idempotent == null || idempotent;
    ignore = ignore == null ? IgnoreSpec.NONE : ignore;
  }

  public RequestsSpec with(IgnoreSpec other) {
    return new RequestsSpec(timeoutSeconds, maxBodyBytes, idempotent, other);
  }

  /** {@link #maxBodyBytes} in bytes. */
  public long bodyBytes() {
    return ByteSize.parse(maxBodyBytes);
  }
}
