package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How Reveille's model server runs. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerSpec(
    @JsonPropertyDescription("Another build of the model server. Default: the installation's.")
        @Size(max = 1024)
        @Nullable String image,
    @JsonPropertyDescription(
            "CPU and memory, as of any container. Default: the installation's (values.yaml).")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Threads of one inference. Default: the CPU limit, rounded up.")
        @Min(1)
        @Max(256)
        @Nullable Integer threads,
    @JsonPropertyDescription("Further environment variables.") @Size(max = 64) List<EnvSpec> env,
    @JsonPropertyDescription("Labels a node must have.") Map<String, String> nodeSelector,
    @JsonPropertyDescription("Taints the pods tolerate.") @Size(max = 32)
        List<Toleration> tolerations) {

  public static final ServerSpec DEFAULTS =
      new ServerSpec(null, null, null, List.of(), Map.of(), List.of());

  public ServerSpec {
    env = env == null ? List.of() : List.copyOf(env);
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
  }
}
