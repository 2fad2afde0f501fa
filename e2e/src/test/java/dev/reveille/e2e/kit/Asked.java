package dev.reveille.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.OptionalDouble;

/** What autoscalers are told, as they are: through kube-apiserver. */
public final class Asked {
  private Asked() {}

  /** Requests of the endpoint at once, on average; empty while nobody knows. */
  public static OptionalDouble concurrency(Sandbox sandbox, Endpoint endpoint) {
    String answer;
    try {
      answer =
          sandbox
              .client()
              .raw(
                  "/apis/external.metrics.k8s.io/v1beta1/namespaces/%s/reveille-concurrency?labelSelector=%s"
                      .formatted(
                          sandbox.namespace(), "reveille.dev%2Fendpoint%3D" + endpoint.name()));
    } catch (KubernetesClientException e) {
      return OptionalDouble.empty();
    }
    JsonNode items = Serialization.unmarshal(answer, JsonNode.class).path("items");
    String value = items.path(0).path("value").asText();
    return items.size() == 1
        ? OptionalDouble.of(Double.parseDouble(value.replace("m", "")) / 1000)
        : OptionalDouble.empty();
  }
}
