package dev.reveille.operator.desired;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reveille.crds.Api;
import dev.reveille.crds.ContainerSpec;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.Keys;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.Wire;
import dev.reveille.operator.install.Installation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model pod: one container, no volume, no token, no Secret, no service links. A volume costs 300
 * ms of cold start, and there is nothing to steal. A pool's pod has one volume all the same: nobody
 * waits for its start; and a server of the user's own has what its user asks for.
 *
 * @param revision names the template; the pod's key is bound to it
 */
record PodTemplate(PodTemplateSpec spec, String revision) {
  private static final long GRACE_SECONDS = 35;
  private static final int REVISION_DIGITS = 10;
  private static final Quantity SPENT_BYTES = new Quantity("1Mi");

  /** The order of a map's entries is an accident, and differs from one JVM to the next. */
  private static final JsonMapper CANONICAL =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  static PodTemplate of(InferenceEndpoint endpoint, Installation installation) {
    PodTemplateSpec bare = bare(endpoint, installation);
    String revision = revision(bare);
    return endpoint.getSpec().container() == null
        ? keyed(
            bare,
            revision,
            installation
                .keys()
                .endpoint(endpoint.getMetadata().getUid(), revision, modelId(endpoint)))
        : new PodTemplate(labelled(bare, revision).build(), revision);
  }

  static PodTemplate of(WarmPool pool, Installation installation) {
    ObjectMeta metadata = pool.getMetadata();
    PodTemplateSpec bare = bare(pool, installation);
    String revision = revision(bare);
    String key =
        installation
            .keys()
            .pool(metadata.getUid(), metadata.getNamespace(), metadata.getName(), revision);
    return keyed(bare, revision, key);
  }

  private static PodTemplate keyed(PodTemplateSpec bare, String revision, String key) {
    return new PodTemplate(
        labelled(bare, revision)
            .editSpec()
            .editFirstContainer()
            .addToEnv(
                new EnvVarBuilder().withName(Wire.REVISION_ENV).withValue(revision).build(),
                new EnvVarBuilder().withName(Wire.KEY_ENV).withValue(key).build())
            .endContainer()
            .endSpec()
            .build(),
        revision);
  }

  private static PodTemplateSpecBuilder labelled(PodTemplateSpec bare, String revision) {
    return new PodTemplateSpecBuilder(bare)
        .editMetadata()
        .addToLabels(Api.REVISION_LABEL, revision)
        .endMetadata();
  }

  /** The depot's id of the endpoint's model; empty when the depot has no part in it. */
  static String modelId(InferenceEndpoint endpoint) {
    var model = endpoint.getSpec().model();
    return model == null || model.inImage() ? "" : Keys.modelId(model);
  }

  private static PodTemplateSpec bare(InferenceEndpoint endpoint, Installation installation) {
    PodSpecBuilder pod = pod(ModelContainer.of(endpoint, installation));
    var server = endpoint.getSpec().server();
    if (server != null && !server.nodeSelector().isEmpty()) {
      pod.withNodeSelector(new TreeMap<>(server.nodeSelector()));
    }
    if (server != null && !server.tolerations().isEmpty()) {
      pod.withTolerations(server.tolerations());
    }
    ContainerSpec own = endpoint.getSpec().container();
    if (own != null) {
      OwnServer.shape(pod, own);
    }
    return template(Labels.ofPods(endpoint), pod.build());
  }

  private static PodTemplateSpec bare(WarmPool pool, Installation installation) {
    return template(
        Labels.of(pool),
        pod(ModelContainer.of(pool, installation))
            .addNewVolume()
            .withName(ModelContainer.SPENT_VOLUME)
            .withNewEmptyDir()
            .withSizeLimit(SPENT_BYTES)
            .endEmptyDir()
            .endVolume()
            .build());
  }

  private static PodSpecBuilder pod(Container container) {
    return new PodSpecBuilder()
        .withContainers(container)
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext();
  }

  private static PodTemplateSpec template(Map<String, String> labels, PodSpec pod) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withSpec(pod)
        .build();
  }

  private static String revision(PodTemplateSpec bare) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(CANONICAL.writeValueAsBytes(bare));
      return HexFormat.of().formatHex(digest).substring(0, REVISION_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a pod template is JSON", e);
    }
  }
}
