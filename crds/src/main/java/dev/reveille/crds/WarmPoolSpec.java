package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/** How many pods of which kind stand ready. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WarmPoolSpec(
    @JsonPropertyDescription("Pods that stand ready. 0: none, every wake takes the ordinary path.")
        @Required
        @Min(0)
        @Max(1000)
        Integer size,
    @JsonPropertyDescription("Another build of the model server. Default: the installation's.")
        @Size(max = 1024)
        @Nullable String image,
    @JsonPropertyDescription(
            "CPU and memory of each pod. Default: the installation's (values.yaml).")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription(
            "The largest model that a pod of the pool loads, such as 256Mi; endpoints with larger"
                + " ones take the ordinary path.")
        @Default("\"512Mi\"")
        @Size(max = 20)
        @ValidationRule(value = ByteSize.RULE, message = ByteSize.MESSAGE)
        String maxModelBytes) {

  public WarmPoolSpec {
    size = size == null ? 0 : size;
    maxModelBytes = maxModelBytes == null ? "512Mi" : maxModelBytes;
  }

  /** A pool of this size, everything else as by default. */
  public static WarmPoolSpec of(int size) {
    return new WarmPoolSpec(size, null, null, "512Mi");
  }

  /** {@link #maxModelBytes} in bytes. */
  public long modelBytes() {
    return ByteSize.parse(maxModelBytes);
  }
}
