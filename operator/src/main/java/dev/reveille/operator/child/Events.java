package dev.reveille.operator.child;

import dev.reveille.crds.Api;
import dev.reveille.crds.WarmPool;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kubernetes Events about an endpoint or a pool; best effort. */
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

  public void emit(HasMetadata about, Kind kind, String reason, String message) {
    Event event = event(about, kind, reason, message);
    try {
      prompt.call(client -> client.v1().events().resource(event).create());
    } catch (KubernetesClientException e) {
      LOG.debug("an event was not taken: {}", e.getMessage());
    }
  }

  private Event event(HasMetadata about, Kind kind, String reason, String message) {
    String namespace = about.getMetadata().getNamespace();
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(about.getMetadata().getName() + ".")
        .withNamespace(namespace)
        .addToLabels(
            about instanceof WarmPool ? Api.POOL_LABEL : Api.ENDPOINT_LABEL,
            about.getMetadata().getName())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withName(about.getMetadata().getName())
        .withNamespace(namespace)
        .withUid(about.getMetadata().getUid())
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
