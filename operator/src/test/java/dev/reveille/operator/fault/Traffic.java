package dev.reveille.operator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.Keys;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collection;

/** What an activator says of all endpoints and pools that there are. */
final class Traffic {
  private static final long AN_HOUR = 3_600_000;

  private Traffic() {}

  static String of(Collection<Scene> scenes) {
    ObjectNode load = JsonNodeFactory.instance.objectNode().put("activator", "a");
    ArrayNode endpoints = load.putArray("endpoints");
    ArrayNode pools = load.putArray("pools");
    for (Scene scene : scenes) {
      scene
          .objects()
          .forEach(
              (key, object) -> {
                if (key.plural().equals("inferenceendpoints")) {
                  InferenceEndpoint endpoint =
                      Serialization.unmarshal(object.toString(), InferenceEndpoint.class);
                  report(endpoint, scene, endpoints.addObject());
                  Canary.of(endpoint)
                      .ifPresent(version -> report(version, scene, endpoints.addObject()));
                } else if (key.plural().equals("warmpools")) {
                  report(object, scene, pools.addObject());
                }
              });
    }
    return load.toString();
  }

  private static void report(InferenceEndpoint endpoint, Scene scene, ObjectNode into) {
    into.put("uid", endpoint.getMetadata().getUid()).put("namespace", scene.namespace);
    into.put("name", endpoint.getMetadata().getName()).put("inFlight", 0).put("queued", 0);
    into.put("idleMillis", scene.isIdle() ? AN_HOUR : 0).put("backends", 0);
    ArrayNode bridges = into.putArray("bridges");
    if (!Canary.isOne(endpoint)) {
      scene.claimed().forEach(pod -> bridges.addObject().put("pod", pod).put("inFlight", 1));
    }
    if (endpoint.getSpec().model() != null) {
      into.putObject("model")
          .put("modelId", Keys.modelId(endpoint.getSpec().model()))
          .put("state", "ready")
          .put("digest", "sha256:aa")
          .put("bytes", 7);
    }
  }

  private static void report(JsonNode pool, Scene scene, ObjectNode into) {
    into.put("uid", pool.path("metadata").path("uid").asText());
    into.put("namespace", scene.namespace).put("name", pool.path("metadata").path("name").asText());
    into.put("free", 1).put("claims", 0).put("misses", 0);
    ArrayNode spent = into.putArray("spent");
    scene.spent().forEach(spent::add);
  }
}
