package dev.reveille.operator.desired;

import dev.reveille.crds.ContainerSpec;
import dev.reveille.crds.SecuritySpec;
import dev.reveille.crds.VolumeSpec;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an endpoint asks for that brings a server of its own: its container, and its pod. */
final class OwnServer {
  private OwnServer() {}

  /** Without what all containers have: name, port, readiness, what hardens them. */
  static ContainerBuilder container(ContainerSpec own, ResourceRequirements resources) {
    return new ContainerBuilder()
        .withImage(own.image())
        .withCommand(own.command())
        .withArgs(own.args())
        .withWorkingDir(own.workingDir())
        .withEnv(own.env().stream().map(ModelContainer::variable).toList())
        .withEnvFrom(own.envFrom())
        .withResources(own.resources() == null ? resources : own.resources())
        .withVolumeMounts(own.volumeMounts())
        .withLivenessProbe(own.livenessProbe())
        .withStartupProbe(own.startupProbe())
        .withSecurityContext(security(own.securityContext()));
  }

  /** As the activator asks; but a kubelet speaks no HTTP/2, and takes an open port for ready. */
  static Probe readiness(ContainerSpec own) {
    if (!own.speaksHttp2()) {
      return ModelContainer.byGet(own.port(), own.readinessPath());
    }
    ProbeBuilder probe = ModelContainer.probe();
    return own.answersGrpcHealth()
        ? probe.withNewGrpc().withPort(own.port()).endGrpc().build()
        : probe.withNewTcpSocket().withNewPort(own.port()).endTcpSocket().build();
  }

  /** What is not said stays as it is with model pods. */
  static void shape(PodSpecBuilder pod, ContainerSpec own) {
    pod.withImagePullSecrets(own.imagePullSecrets())
        .withTolerations(own.tolerations())
        .withVolumes(own.volumes().stream().map(OwnServer::volume).toList())
        .withServiceAccountName(own.serviceAccountName())
        .withTerminationGracePeriodSeconds(own.terminationGracePeriodSeconds().longValue());
    if (Boolean.TRUE.equals(own.automountServiceAccountToken())) {
      pod.withAutomountServiceAccountToken(true);
    }
    if (!own.nodeSelector().isEmpty()) {
      pod.withNodeSelector(new TreeMap<>(own.nodeSelector()));
    }
    if (!own.affinity().isEmpty()) {
      // As it is: the cluster checks it.
      pod.addToAdditionalProperties("affinity", Kept.of(own.affinity()));
    }
    SecuritySpec security = own.securityContext();
    if (security != null && security.fsGroup() != null) {
      pod.editSecurityContext().withFsGroup(security.fsGroup()).endSecurityContext();
    }
  }

  private static SecurityContext security(@Nullable SecuritySpec own) {
    SecurityContextBuilder context = new SecurityContextBuilder();
    if (own != null) {
      context
          .withRunAsUser(own.runAsUser())
          .withRunAsGroup(own.runAsGroup())
          .withRunAsNonRoot(own.runAsNonRoot())
          .withReadOnlyRootFilesystem(own.readOnlyRootFilesystem());
      if (own.capabilities() != null) {
        context.withNewCapabilities().withAdd(own.capabilities().add()).endCapabilities();
      }
    }
    return context.build();
  }

  private static Volume volume(VolumeSpec own) {
    return new VolumeBuilder()
        .withName(own.name())
        .withEmptyDir(own.emptyDir())
        .withConfigMap(own.configMap())
        .withSecret(own.secret())
        .withPersistentVolumeClaim(own.persistentVolumeClaim())
        .withCsi(own.csi())
        .withNfs(own.nfs())
        .build();
  }
}
