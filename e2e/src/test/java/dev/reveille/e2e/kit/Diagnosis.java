package dev.reveille.e2e.kit;

import dev.reveille.crds.InferenceEndpoint;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.function.Supplier;

/** What there is to see when a test has failed: endpoints, pods, Events, logs. */
final class Diagnosis {
  private static final int LOG_LINES = 60;

  private final Cluster cluster;
  private final String namespace;

  Diagnosis(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    section(text, "endpoints", this::endpoints);
    section(text, "deployments", this::deployments);
    section(text, "pods", this::pods);
    section(text, "events", this::events);
    for (String component : new String[] {Cluster.OPERATOR, Cluster.ACTIVATOR}) {
      for (Pod pod : cluster.components(component)) {
        section(text, "log of " + pod.getMetadata().getName(), () -> log(pod));
      }
    }
    for (Pod pod : client().pods().inNamespace(namespace).list().getItems()) {
      section(text, "log of " + pod.getMetadata().getName(), () -> log(pod));
    }
    return text.toString();
  }

  private KubernetesClient client() {
    return cluster.client();
  }

  private static void section(StringBuilder text, String title, Supplier<String> content) {
    text.append("--- ").append(title).append('\n');
    try {
      text.append(content.get()).append('\n');
    } catch (RuntimeException e) {
      text.append("not to be had: ").append(e).append('\n');
    }
  }

  private String endpoints() {
    StringBuilder text = new StringBuilder();
    for (InferenceEndpoint endpoint :
        client().resources(InferenceEndpoint.class).inNamespace(namespace).list().getItems()) {
      endpoint.getMetadata().setManagedFields(null);
      text.append(Serialization.asYaml(endpoint));
    }
    return text.toString();
  }

  private String deployments() {
    StringBuilder text = new StringBuilder();
    for (var each : client().apps().deployments().inNamespace(namespace).list().getItems()) {
      text.append(each.getMetadata().getName())
          .append(" wants ")
          .append(each.getSpec().getReplicas())
          .append(": ")
          .append(Serialization.asJson(each.getStatus()))
          .append('\n');
    }
    return text.toString();
  }

  private String pods() {
    StringBuilder text = new StringBuilder();
    for (Pod pod : client().pods().inNamespace(namespace).list().getItems()) {
      text.append(pod.getMetadata().getName())
          .append(" deleted ")
          .append(pod.getMetadata().getDeletionTimestamp())
          .append(": ")
          .append(Serialization.asJson(pod.getStatus()))
          .append('\n');
    }
    return text.toString();
  }

  private String events() {
    StringBuilder text = new StringBuilder();
    for (var event : client().v1().events().inNamespace(namespace).list().getItems()) {
      text.append(event.getInvolvedObject().getKind())
          .append('/')
          .append(event.getInvolvedObject().getName())
          .append(' ')
          .append(event.getReason())
          .append(": ")
          .append(event.getMessage())
          .append('\n');
    }
    return text.toString();
  }

  private String log(Pod pod) {
    return client()
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .tailingLines(LOG_LINES)
        .getLog();
  }
}
