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
    @JsonPropertyDescription("The port it listens on.") @Default("8080") @Min(1) @Max(65535)
        Integer port,
    @JsonPropertyDescription(
            "What it speaks there: http1 (HTTP/1.1, WebSocket too) or h2c (HTTP/2 in clear text, as"
                + " gRPC needs it).")
        @Default("http1")
        @Size(max = 16)
        @ValidationRule(value = "self in ['http1', 'h2c']", message = "write http1 or h2c")
        String protocol,
    @JsonPropertyDescription(
            "A GET of this path is answered with 2xx once it can serve. With protocol h2c,"
                + " /grpc.health.v1.Health/Check asks gRPC's health service instead.")
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

  private static final String HTTP1 = "http1";
  private static final String H2C = "h2c";
  private static final String GRPC_HEALTH = "/grpc.health.v1.Health/Check";

  public ContainerSpec {
    port = port == null ? 8080 : port;
    protocol = protocol == null ? HTTP1 : protocol;
    readinessPath = readinessPath == null ? "/" : readinessPath;
    command = command == null ? List.of() : List.copyOf(command);
    args = args == null ? List.of() : List.copyOf(args);
    env = env == null ? List.of() : List.copyOf(env);
  }

  /** It speaks HTTP/2 in clear text, and is spoken to so. */
  public boolean speaksHttp2() {
    return H2C.equals(protocol);
  }

  /** gRPC's health service says whether it can serve. */
  public boolean answersGrpcHealth() {
    return speaksHttp2() && GRPC_HEALTH.equals(readinessPath);
  }
}
