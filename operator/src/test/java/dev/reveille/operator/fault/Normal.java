package dev.reveille.operator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.crds.Api;
import dev.reveille.operator.kit.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The objects of a namespace, without what differs between two runs of the same. */
final class Normal {
  private static final Set<String> DIFFERENT =
      Set.of(
          "resourceVersion", "creationTimestamp", "lastTransitionTime", "generation", "namespace");

  private static final int BEFORE = 200;
  private static final int AFTER = 300;

  private Normal() {}

  /** What the operator has made, as it wants it: without what becomes of it. */
  static String ofMade(Scene scene) {
    Map<Store.Key, ObjectNode> made = scene.objects();
    made.keySet().removeIf(key -> key.plural().equals("pods"));
    made.values()
        .forEach(
            object -> {
              object.remove("status");
              object.withObject("/spec").remove("replicas");
            });
    return of(scene, made);
  }

  /** One line an object, in order. */
  static String of(Scene scene) {
    return of(scene, scene.objects());
  }

  private static String of(Scene scene, Map<Store.Key, ObjectNode> objects) {
    Map<String, String> names = names(objects);
    return objects.entrySet().stream()
        .map(
            entry -> {
              Store.Key key = entry.getKey();
              String text = sorted(entry.getValue()).toString();
              for (Map.Entry<String, String> name : names.entrySet()) {
                text = text.replace(name.getKey(), name.getValue());
              }
              text = text.replace('"' + key.name() + '"', '"' + name(key) + '"');
              return key.plural() + "/" + name(key) + " " + text.replace(scene.namespace, "HERE");
            })
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** What is made by chance, or of that, such as UIDs and revisions → what it is the name of. */
  private static Map<String, String> names(Map<Store.Key, ObjectNode> objects) {
    Map<String, String> names = new LinkedHashMap<>();
    objects.forEach(
        (key, object) -> {
          String of = " of " + key.plural() + "/" + name(key);
          names.put(object.path("metadata").path("uid").asText(), "uid" + of);
          JsonNode template = object.path("spec").path("template").path("metadata").path("labels");
          if (template.has(Api.REVISION_LABEL)) {
            names.put(template.path(Api.REVISION_LABEL).asText(), "revision" + of);
          }
        });
    return names;
  }

  /** Where two ends begin to differ; empty: nowhere. */
  static String difference(String expected, String seen) {
    int at = 0;
    while (at < Math.min(expected.length(), seen.length())
        && expected.charAt(at) == seen.charAt(at)) {
      at++;
    }
    return expected.equals(seen)
        ? ""
        : "the end differs;\n  expected: "
            + around(at, expected)
            + "\n  found:    "
            + around(at, seen);
  }

  private static String around(int at, String text) {
    return text.substring(Math.max(0, at - BEFORE), Math.min(text.length(), at + AFTER));
  }

  /** Pods are numbered as they come. */
  private static String name(Store.Key key) {
    return key.plural().equals("pods") ? key.name().replaceFirst("-\\d+$", "") : key.name();
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Map<String, JsonNode> fields = new TreeMap<>();
      object
          .properties()
          .forEach(
              field -> {
                if (!DIFFERENT.contains(field.getKey())) {
                  fields.put(field.getKey(), sorted(field.getValue()));
                }
              });
      if (object.path("name").asText().equals("REVEILLE_KEY")) {
        fields.remove("value"); // made of the UID
      }
      return object.objectNode().setAll(fields);
    }
    if (node instanceof ArrayNode array) {
      List<JsonNode> items = array.valueStream().map(Normal::sorted).toList();
      return array.arrayNode().addAll(items);
    }
    return node;
  }
}
