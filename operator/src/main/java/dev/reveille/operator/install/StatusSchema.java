package dev.reveille.operator.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cluster's CRD knows of a status; read when it is asked for, and again after a while. */
public final class StatusSchema {
  /** A CRD that is replaced counts this much later. */
  public static final Duration AGE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(StatusSchema.class);

  private final KubernetesClient client;
  private final String crd;
  private final String version;
  private final Duration age;
  private final InstantSource clock;
  private Optional<JSONSchemaProps> schema = Optional.empty();
  private @Nullable Instant readAt;
  private String told = "";

  /**
   * @param kind whose status
   * @param age how old it may get
   */
  public StatusSchema(
      KubernetesClient client,
      Class<? extends HasMetadata> kind,
      Duration age,
      InstantSource clock) {
    this.client = client;
    this.crd = HasMetadata.getFullResourceName(kind);
    this.version = HasMetadata.getVersion(kind);
    this.age = age;
    this.clock = clock;
  }

  public Duration age() {
    return age;
  }

  /** Empty when the CRD cannot be read. */
  public synchronized Optional<JSONSchemaProps> get() {
    Instant now = clock.instant();
    if (readAt == null || !now.isBefore(readAt.plus(age))) {
      read();
      readAt = clock.instant();
    }
    return schema;
  }

  private void read() {
    try {
      schema =
          Optional.ofNullable(
                  client.apiextensions().v1().customResourceDefinitions().withName(crd).get())
              .flatMap(this::status);
      told = "";
    } catch (KubernetesClientException e) {
      tell("CRD " + crd + " cannot be read, whether it is an older one is not known: " + e);
    }
  }

  private Optional<JSONSchemaProps> status(CustomResourceDefinition found) {
    return found.getSpec().getVersions().stream()
        .filter(each -> each.getName().equals(version) && each.getSchema() != null)
        .map(each -> each.getSchema().getOpenAPIV3Schema().getProperties().get("status"))
        .findFirst();
  }

  private void tell(String message) {
    if (!message.equals(told)) {
      told = message;
      LOG.warn(message);
    }
  }
}
