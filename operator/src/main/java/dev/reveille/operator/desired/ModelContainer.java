package dev.reveille.operator.desired;

import dev.reveille.crds.ContainerSpec;
import dev.reveille.crds.EnvSpec;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ServerSpec;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.Wire;
import dev.reveille.operator.install.Installation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The one container of a model pod: our model server, or the user's. */
final class ModelContainer {
  /** The volume of a pool's pod; it outlives the container. */
  static final String SPENT_VOLUME = "spent";

  private static final String SPENT_DIR = "/spent";
  private static final long USER = 65532;

  private ModelContainer() {}

  static Container of(InferenceEndpoint endpoint, Installation installation) {
    ContainerSpec own = endpoint.getSpec().container();
    return hardened(
        own == null
            ? modelServer(endpoint, installation)
            : probed(
                OwnServer.container(own, installation.config().modelServer().resources()),
                own.port(),
                probe(own)),
        installation);
  }

  /** A model server without a model, in a pod of a pool. */
  static Container of(WarmPool pool, Installation installation) {
    ServerShape shape = ServerShape.of(pool.getSpec(), installation.config().modelServer());
    return hardened(
        modelServer(shape, environment(pool, shape, installation))
            .addNewVolumeMount()
            .withName(SPENT_VOLUME)
            .withMountPath(SPENT_DIR)
            .endVolumeMount(),
        installation);
  }

  private static Container hardened(ContainerBuilder container, Installation installation) {
    return container
        .withName("model")
        .withImagePullPolicy(installation.config().modelServer().pullPolicy())
        .editSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .editOrNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  /**
   * As the activator asks, if the kubelet can: it speaks no HTTP/2, and then takes an open port for
   * ready.
   */
  private static Probe probe(ContainerSpec own) {
    if (!own.speaksHttp2()) {
      return byGet(own.port(), own.readinessPath());
    }
    return own.answersGrpcHealth()
        ? probe().withNewGrpc().withPort(own.port()).endGrpc().build()
        : probe().withNewTcpSocket().withNewPort(own.port()).endTcpSocket().build();
  }

  private static ContainerBuilder modelServer(
      InferenceEndpoint endpoint, Installation installation) {
    ServerShape shape =
        ServerShape.of(endpoint.getSpec().server(), installation.config().modelServer());
    return modelServer(shape, environment(endpoint, shape, installation));
  }

  private static ContainerBuilder modelServer(ServerShape shape, List<EnvVar> environment) {
    return probed(
        new ContainerBuilder()
            .withImage(shape.image())
            .withEnv(environment)
            .withResources(shape.resources())
            .withNewSecurityContext()
            .withRunAsUser(USER)
            .withRunAsGroup(USER)
            .endSecurityContext(),
        Wire.MODEL_PORT,
        byGet(Wire.MODEL_PORT, Wire.READY_PATH));
  }

  /** Ready to the cluster as well as to us, so that a roll-out waits for the new version. */
  private static ContainerBuilder probed(ContainerBuilder container, int port, Probe readiness) {
    return container
        .addNewPort()
        .withName("http")
        .withContainerPort(port)
        .withProtocol("TCP")
        .endPort()
        .withReadinessProbe(readiness);
  }

  private static Probe byGet(int port, String path) {
    return probe().withNewHttpGet().withPath(path).withNewPort(port).endHttpGet().build();
  }

  private static ProbeBuilder probe() {
    return new ProbeBuilder().withPeriodSeconds(1).withFailureThreshold(3);
  }

  private static List<EnvVar> environment(
      InferenceEndpoint endpoint, ServerShape shape, Installation installation) {
    ServerSpec server =
        endpoint.getSpec().server() == null ? ServerSpec.DEFAULTS : endpoint.getSpec().server();
    ModelSpec model = Objects.requireNonNull(endpoint.getSpec().model());
    String internal = internal(installation);
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
        variable(Wire.THREADS_ENV, String.valueOf(threads == null ? shape.processors() : threads)));
    env.add(
        variable(
            Wire.MAX_BODY_BYTES_ENV, String.valueOf(endpoint.getSpec().requests().bodyBytes())));
    return env;
  }

  private static List<EnvVar> environment(
      WarmPool pool, ServerShape shape, Installation installation) {
    return List.of(
        variable(Wire.POOL_UID_ENV, pool.getMetadata().getUid()),
        variable(Wire.POOL_NAMESPACE_ENV, pool.getMetadata().getNamespace()),
        variable(Wire.POOL_NAME_ENV, pool.getMetadata().getName()),
        variable(Wire.HELLO_URL_ENV, internal(installation) + Wire.POOLS_HELLO_PATH),
        variable(Wire.SPENT_DIR_ENV, SPENT_DIR),
        variable(Wire.THREADS_ENV, String.valueOf(shape.processors())));
  }

  private static String internal(Installation installation) {
    return "http://" + installation.internalAddress();
  }

  static EnvVar variable(EnvSpec own) {
    return new EnvVarBuilder()
        .withName(own.name())
        .withValue(own.value())
        .withValueFrom(own.valueFrom())
        .build();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
