package dev.reveille.operator.desired;

import dev.reveille.crds.ContainerSpec;
import dev.reveille.crds.EnvSpec;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ServerSpec;
import dev.reveille.operator.Wire;
import dev.reveille.operator.install.Installation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one container of a model pod: our model server, or the user's. */
final class ModelContainer {
  private static final long USER = 65532;

  private ModelContainer() {}

  static Container of(InferenceEndpoint endpoint, Installation installation) {
    ContainerSpec own = endpoint.getSpec().container();
    ContainerBuilder container =
        own == null ? modelServer(endpoint, installation) : users(own, installation);
    return container
        .withName("model")
        .withImagePullPolicy(installation.config().modelServer().pullPolicy())
        .editSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  private static ContainerBuilder users(ContainerSpec own, Installation installation) {
    return probed(
        new ContainerBuilder()
            .withImage(own.image())
            .withCommand(own.command())
            .withArgs(own.args())
            .withEnv(own.env().stream().map(ModelContainer::variable).toList())
            .withResources(resources(own.resources(), installation))
            .withNewSecurityContext()
            .endSecurityContext(),
        own.port(),
        own.readinessPath());
  }

  private static ContainerBuilder modelServer(
      InferenceEndpoint endpoint, Installation installation) {
    ServerSpec server =
        endpoint.getSpec().server() == null ? ServerSpec.DEFAULTS : endpoint.getSpec().server();
    ResourceRequirements resources = resources(server.resources(), installation);
    String image = server.image();
    return probed(
        new ContainerBuilder()
            .withImage(image == null ? installation.config().modelServer().image() : image)
            .withEnv(environment(endpoint, server, resources, installation))
            .withResources(resources)
            .withNewSecurityContext()
            .withRunAsUser(USER)
            .withRunAsGroup(USER)
            .endSecurityContext(),
        Wire.MODEL_PORT,
        Wire.READY_PATH);
  }

  /** Ready to the cluster as well as to us, so that a roll-out waits for the new version. */
  private static ContainerBuilder probed(ContainerBuilder container, int port, String path) {
    return container
        .addNewPort()
        .withName("http")
        .withContainerPort(port)
        .withProtocol("TCP")
        .endPort()
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort(port)
        .endHttpGet()
        .withPeriodSeconds(1)
        .withFailureThreshold(3)
        .endReadinessProbe();
  }

  private static List<EnvVar> environment(
      InferenceEndpoint endpoint,
      ServerSpec server,
      ResourceRequirements resources,
      Installation installation) {
    ModelSpec model = Objects.requireNonNull(endpoint.getSpec().model());
    String internal = "http://" + installation.internalAddress();
    String modelId = PodTemplate.modelId(endpoint);
    String name = model.name() == null ? endpoint.getMetadata().getName() : model.name();
    Integer threads = server.threads();
    List<EnvVar> env = new ArrayList<>();
    server.env().forEach(own -> env.add(variable(own)));
    env.add(variable(Wire.ENDPOINT_UID_ENV, endpoint.getMetadata().getUid()));
    env.add(variable(Wire.HELLO_URL_ENV, internal + Wire.HELLO_PATH));
    if (model.inImage()) {
      env.add(
          variable(
              Wire.MODEL_PATH_ENV, model.storageUri().substring(ModelSpec.IMAGE_SCHEME.length())));
    } else {
      env.add(variable(Wire.MODEL_URL_ENV, internal + Wire.MODELS_PATH + modelId));
      env.add(variable(Wire.MODEL_ID_ENV, modelId));
    }
    if (model.digest() != null) {
      env.add(variable(Wire.MODEL_DIGEST_ENV, model.digest()));
    }
    env.add(variable(Wire.MODEL_NAME_ENV, name));
    env.add(variable(Wire.MODEL_VERSION_ENV, model.version()));
    env.add(
        variable(
            Wire.THREADS_ENV, String.valueOf(threads == null ? processors(resources) : threads)));
    env.add(
        variable(
            Wire.MAX_BODY_BYTES_ENV, String.valueOf(endpoint.getSpec().requests().bodyBytes())));
    return env;
  }

  /** The CPU limit in whole processors, rounded up; 1 without a limit. */
  private static int processors(ResourceRequirements resources) {
    Quantity cpu = resources.getLimits() == null ? null : resources.getLimits().get("cpu");
    return cpu == null
        ? 1
        : Math.max(1, cpu.getNumericalAmount().setScale(0, RoundingMode.CEILING).intValue());
  }

  private static ResourceRequirements resources(
      @Nullable ResourceRequirements own, Installation installation) {
    return own == null ? installation.config().modelServer().resources() : own;
  }

  private static EnvVar variable(EnvSpec own) {
    return variable(own.name(), own.value());
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
