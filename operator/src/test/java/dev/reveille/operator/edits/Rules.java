package dev.reveille.operator.edits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Makes a spec obey the CRD's rules about several fields, and Kubernetes' own of a pod. */
final class Rules {
  private static final List<String> SOURCES =
      List.of("emptyDir", "configMap", "secret", "persistentVolumeClaim", "csi", "nfs");
  private static final List<String> VALUES =
      List.of("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef");
  private static final List<String> HANDLERS = List.of("exec", "grpc", "httpGet", "tcpSocket");

  private Rules() {}

  static void obey(ObjectNode spec, Random random) {
    if (spec.has("model") == spec.has("container")) {
      boolean model = !spec.has("model") || random.nextBoolean();
      spec.remove("container");
      spec.remove("model");
      if (model) {
        spec.putObject("model").put("storageUri", "https://h/m.onnx");
      } else {
        spec.putObject("container").put("image", "mine:1");
      }
    }
    if (spec.has("container")) {
      spec.remove("server");
    }
    scaling(spec);
    canary(spec, random);
    each(spec, random);
  }

  private static void scaling(ObjectNode spec) {
    ObjectNode scaling = spec.withObject("/scaling");
    scaling.put("minReplicas", 1); // a new endpoint must have as many as an edited one
    if (scaling.path("metric").asText().equals("requestsPerSecond")) {
      scaling.put("targetRequestsPerSecond", 5);
    }
  }

  private static void canary(ObjectNode spec, Random random) {
    if (!(spec.path("canary") instanceof ObjectNode canary)) {
      return;
    }
    boolean own = canary.has("container");
    if (own && (canary.has("model") || canary.has("server"))) {
      canary.remove(random.nextBoolean() ? List.of("container") : List.of("model", "server"));
    }
    if (!canary.has("container") && !canary.has("model")) {
      if (spec.has("container") || !canary.has("server")) {
        canary.putObject("model").put("storageUri", "https://h/next.onnx");
      }
    }
  }

  private static void each(JsonNode node, Random random) {
    if (node instanceof ObjectNode object) {
      one(object, random);
    }
    node.forEach(inner -> each(inner, random));
  }

  private static void one(ObjectNode object, Random random) {
    if (object.path("env") instanceof ArrayNode env) {
      number(env, "name", "NAME_");
      env.forEach(each -> variable((ObjectNode) each, random));
    }
    if (object.path("volumes") instanceof ArrayNode volumes) {
      number(volumes, "name", "v");
      volumes.forEach(each -> only((ObjectNode) each, SOURCES, random, "emptyDir"));
    }
    mounts(object);
    for (String probe : Set.of("livenessProbe", "startupProbe")) {
      if (object.path(probe) instanceof ObjectNode given) {
        only(given, HANDLERS, random, "exec");
        given.put("successThreshold", 1);
      }
    }
    if (object.path("securityContext") instanceof ObjectNode context) {
      context.put("runAsUser", 1000);
    }
  }

  private static void mounts(ObjectNode object) {
    if (!(object.path("volumeMounts") instanceof ArrayNode mounts)) {
      return;
    }
    if (!(object.path("volumes") instanceof ArrayNode)) {
      object.putArray("volumes").addObject().put("name", "v0").putObject("emptyDir");
    }
    number(mounts, "mountPath", "/at");
    mounts.forEach(each -> ((ObjectNode) each).put("name", "v0").remove("subPathExpr"));
    ((ObjectNode) mounts.get(0)).put("subPathExpr", "sub").remove("subPath");
  }

  /** A value, or where it is. */
  private static void variable(ObjectNode variable, Random random) {
    if (variable.path("valueFrom") instanceof ObjectNode from) {
      variable.remove("value");
      only(from, VALUES, random, "fieldRef");
    }
  }

  /** Of several that are there one stays; {@code else} if there is none. */
  private static void only(ObjectNode object, List<String> of, Random random, String otherwise) {
    List<String> there = of.stream().filter(object::has).toList();
    if (there.isEmpty()) {
      object.set(otherwise, JsonNodeFactory.instance.objectNode());
      return;
    }
    String kept = there.get(random.nextInt(there.size()));
    object.remove(there.stream().filter(each -> !each.equals(kept)).toList());
  }

  /** What a list is merged by must not be there twice. */
  private static void number(ArrayNode items, String key, String prefix) {
    for (int i = 0; i < items.size(); i++) {
      ((ObjectNode) items.get(i)).put(key, prefix + i);
    }
  }
}
