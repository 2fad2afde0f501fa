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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP server that is not ours. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerSpec(
    @JsonPropertyDescription("The image.") @Required @Size(max = 1024) String image,
    @JsonPropertyDescription("The port it listens on, HTTP/1.1.")
        @Default("8080")
        @Min(1)
        @Max(65535)
        Integer port,
    @JsonPropertyDescription("A GET of this path is answered with 2xx once it can serve.")
        @Default("/")
        @Size(max = 1024)
        @ValidationRule(value = "self.startsWith('/')", message = "write a path that begins with /")
        String readinessPath,
    @JsonPropertyDescription("Entrypoint, instead of the image's.") @Size(max = 64)
        List<String> command,
    @JsonPropertyDescription("Arguments, instead of the image's.") @Size(max = 64)
        List<String> args,
    @JsonPropertyDescription("Environment variables.") @Size(max = 64) List<EnvSpec> env,
    @JsonPropertyDescription("CPU and memory. Default: the installation's (values.yaml).")
        @Nullable ResourceRequirements resources) {

  public ContainerSpec {
    port = port == null ? 8080 : port;
    readinessPath = readinessPath == null ? "/" : readinessPath;
    command = command == null ? List.of() : List.copyOf(command);
    args = args == null ? List.of() : List.copyOf(args);
    env = env == null ? List.of() : List.copyOf(env);
  }
}
