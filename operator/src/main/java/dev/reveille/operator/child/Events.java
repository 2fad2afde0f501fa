package dev.reveille.operator.child;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kubernetes Events about an endpoint; best effort. */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int MOST_MESSAGE = 1000;

  private final KubernetesClient client;
  private final String pod;

  public Events(KubernetesClient client, String pod) {
    this.client = client;
    this.pod = pod;
  }

  /** What an event is about. */
  public enum Kind {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String type;

    Kind(String type) {
      this.type = type;
    }
  }

  public void emit(InferenceEndpoint endpoint, Kind kind, String reason, String message) {
    String namespace = endpoint.getMetadata().getNamespace();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .v1()
          .events()
          .inNamespace(namespace)
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(endpoint.getMetadata().getName() + ".")
                  .withNamespace(namespace)
                  .addToLabels(Api.ENDPOINT_LABEL, endpoint.getMetadata().getName())
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                  .withKind(Api.KIND)
                  .withName(endpoint.getMetadata().getName())
                  .withNamespace(namespace)
                  .withUid(endpoint.getMetadata().getUid())
                  .endInvolvedObject()
                  .withType(kind.type)
                  .withReason(reason)
                  .withMessage(
                      message.length() > MOST_MESSAGE
                          ? message.substring(0, MOST_MESSAGE)
                          : message)
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withCount(1)
                  .withNewSource()
                  .withComponent("reveille-operator")
                  .endSource()
                  .withReportingComponent("reveille-operator")
                  .withReportingInstance(pod)
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      LOG.debug("an event was not taken: {}", e.getMessage());
    }
  }
}
