package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An HTTP server that is not ours, and the pod around it, in Kubernetes' words. */
@ValidationRule(
    value =
        "!has(self.volumeMounts) || self.volumeMounts.all(mount, has(self.volumes) &&"
            + " self.volumes.exists(volume, volume.name == mount.name))",
    message = "a volumeMount names a volume that is not in volumes: add it there")
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
    @JsonPropertyDescription("The folder it starts in, instead of the image's.") @Size(max = 1024)
        @Nullable String workingDir,
    @JsonPropertyDescription("Environment variables.") @Size(max = 64) List<EnvSpec> env,
    @JsonPropertyDescription("All keys of Secrets or ConfigMaps as environment variables.")
        @Size(max = 16)
        List<EnvFromSource> envFrom,
    @JsonPropertyDescription("CPU and memory. Default: the installation's (values.yaml).")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Where volumes are in the container.") @Size(max = 16)
        List<VolumeMount> volumeMounts,
    @JsonPropertyDescription("Volumes; the first one costs a cold start some 300 ms.")
        @Size(max = 16)
        List<VolumeSpec> volumes,
    @JsonPropertyDescription(
            "As whom it runs. Default: not as root, no capabilities, no privilege escalation.")
        @Nullable SecuritySpec securityContext,
    @JsonPropertyDescription("The cluster restarts a container that fails it.")
        @Nullable Probe livenessProbe,
    @JsonPropertyDescription("Holds the liveness probe back until it succeeds.")
        @Nullable Probe startupProbe,
    @JsonPropertyDescription("Secrets with registry credentials.") @Size(max = 16)
        List<LocalObjectReference> imagePullSecrets,
    @JsonPropertyDescription("The pod's service account. Default: default.") @Size(max = 253)
        @Nullable String serviceAccountName,
    @JsonPropertyDescription(
            "True: its token is in the pod, which costs what a volume costs. Default: false.")
        @Nullable Boolean automountServiceAccountToken,
    @JsonPropertyDescription("Labels a node must have.") Map<String, String> nodeSelector,
    @JsonPropertyDescription("Taints the pods tolerate.") @Size(max = 32)
        List<Toleration> tolerations,
    @JsonPropertyDescription(
            "The pod's affinity; what is wrong in it shows as Ready=False, ObjectRefused.")
        @PreserveUnknownFields
        Map<String, Object> affinity,
    @JsonPropertyDescription(
            "Seconds that a stopping server has, from SIGTERM on, to finish what it runs.")
        @Default("35")
        @Min(1)
        @Max(3600)
        Integer terminationGracePeriodSeconds) {

  private static final int GRACE_SECONDS = 35;

  private static final String HTTP1 = "http1";
  private static final String H2C = "h2c";
  private static final String GRPC_HEALTH = "/grpc.health.v1.Health/Check";

  public ContainerSpec {
    port = port == null ? 8080 : port;
    protocol = protocol == null ? HTTP1 : protocol;
    readinessPath = readinessPath == null ? "/" : readinessPath;
    command = listOf(command);
    args = listOf(args);
    env = listOf(env);
    envFrom = listOf(envFrom);
    volumeMounts = listOf(volumeMounts);
    volumes = listOf(volumes);
    imagePullSecrets = listOf(imagePullSecrets);
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    tolerations = listOf(tolerations);
    // What nothing here checks may hold a null, which Map.copyOf does not take.
    affinity = affinity == null ? Map.of() : Collections.unmodifiableMap(affinity);
    terminationGracePeriodSeconds =
        terminationGracePeriodSeconds == null ? GRACE_SECONDS : terminationGracePeriodSeconds;
  }

  private static <T> List<T> listOf(@Nullable List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
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
