package dev.reveille.operator.child;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kubernetes Events about an endpoint; best effort. */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int MOST_MESSAGE = 1000;
  private static final String COMPONENT = "reveille-operator";

  private final Prompt prompt;
  private final String pod;
  private final InstantSource clock;

  public Events(KubernetesClient client, String pod, InstantSource clock) {
    this.prompt = new Prompt(client);
    this.pod = pod;
    this.clock = clock;
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
    Event event = event(endpoint, kind, reason, message);
    try {
      prompt.call(client -> client.v1().events().resource(event).create());
    } catch (KubernetesClientException e) {
      LOG.debug("an event was not taken: {}", e.getMessage());
    }
  }

  private Event event(InferenceEndpoint endpoint, Kind kind, String reason, String message) {
    String namespace = endpoint.getMetadata().getNamespace();
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
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
        .withMessage(message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(pod)
        .build();
  }
}
