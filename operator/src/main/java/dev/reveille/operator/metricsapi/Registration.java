package dev.reveille.operator.metricsapi;

import dev.reveille.crds.Api;
import dev.reveille.operator.Wire;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.APIServiceSpec;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.ServiceReference;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of the APIService that leads kube-apiserver to the activators; decided without
 * I/O. Whose it is says the Service that it names; another's is never touched. One without a server
 * stops the deletion of every namespace of the cluster, so that it stands only while there is one.
 */
sealed interface Registration {
  String NAME = "v1beta1.external.metrics.k8s.io";

  /** How long all activators may be away, as when nodes are restarted. */
  Duration UNSERVED_AT_MOST = Duration.ofMinutes(1);

  /** As it should be, or not to be made yet. */
  record Keep() implements Registration {}

  /** There is none: make this one. */
  record Create(APIService wanted) implements Registration {}

  /** It is ours, but not as it should be: make it so. */
  record Correct(APIService wanted) implements Registration {}

  /** It is ours and would do harm. */
  record Withdraw() implements Registration {}

  /** Another provider has the API; {@code who} names it. */
  record Foreign(String who) implements Registration {}

  /** What is to be there. */
  sealed interface Wish {
    record Present(APIService service) implements Wish {}

    /** It is switched off. */
    record Absent() implements Wish {}

    /** Not known now, for something of the release is missing or is being written. */
    record Unknown() implements Wish {}
  }

  /**
   * @param unserved for how long no activator was ready
   */
  static Registration decide(
      Wish wish, @Nullable APIService there, String namespace, Duration unserved) {
    if (there == null) {
      return wish instanceof Wish.Present(APIService wanted) && unserved.isZero()
          ? new Create(wanted)
          : new Keep();
    }
    if (!isOurs(there, namespace)) {
      return new Foreign(who(there));
    }
    if (there.getMetadata().getDeletionTimestamp() != null) {
      return new Keep();
    }
    if (unserved.compareTo(UNSERVED_AT_MOST) >= 0) {
      return new Withdraw();
    }
    return switch (wish) {
      case Wish.Absent() -> new Withdraw();
      case Wish.Unknown() -> new Keep();
      case Wish.Present(APIService wanted) ->
          isAs(wanted, there) ? new Keep() : new Correct(wanted);
    };
  }

  private static boolean isOurs(APIService there, String namespace) {
    ServiceReference service = there.getSpec().getService();
    return service != null
        && Wire.METRICS_SERVICE.equals(service.getName())
        && namespace.equals(service.getNamespace());
  }

  private static String who(APIService there) {
    ServiceReference service = there.getSpec().getService();
    return service == null
        ? "kube-apiserver itself"
        : "Service " + service.getNamespace() + "/" + service.getName();
  }

  private static boolean isAs(APIService wanted, APIService there) {
    APIServiceSpec spec = there.getSpec();
    String owner = wanted.getMetadata().getOwnerReferences().getFirst().getUid();
    return Objects.equals(wanted.getSpec().getCaBundle(), spec.getCaBundle())
        && Objects.equals(wanted.getSpec().getService().getPort(), spec.getService().getPort())
        && Objects.equals(
            wanted.getSpec().getGroupPriorityMinimum(), spec.getGroupPriorityMinimum())
        && Objects.equals(wanted.getSpec().getVersionPriority(), spec.getVersionPriority())
        && !Boolean.TRUE.equals(spec.getInsecureSkipTLSVerify())
        && there.getMetadata().getOwnerReferences().stream()
            .anyMatch(reference -> owner.equals(reference.getUid()));
  }

  /** Owned by a cluster-wide object of the release, so that it goes when the release does. */
  static APIService wanted(String namespace, String caBundle, ClusterRole owner) {
    return new APIServiceBuilder()
        .withNewMetadata()
        .withName(NAME)
        .addToLabels(Api.MANAGED_BY_LABEL, Api.MANAGED_BY)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .build())
        .endMetadata()
        .withNewSpec()
        .withGroup("external.metrics.k8s.io")
        .withVersion("v1beta1")
        .withGroupPriorityMinimum(100)
        .withVersionPriority(100)
        .withInsecureSkipTLSVerify(false)
        .withCaBundle(caBundle)
        .withNewService()
        .withNamespace(namespace)
        .withName(Wire.METRICS_SERVICE)
        .withPort(443)
        .endService()
        .endSpec()
        .build();
  }
}
