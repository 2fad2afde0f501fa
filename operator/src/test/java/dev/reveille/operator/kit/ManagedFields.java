package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owns which field, as the API server notes it (fieldsV1), for the kinds that we write. */
final class ManagedFields {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Set<String> NOT_TRACKED =
      Set.of("apiVersion", "kind", "status", "/metadata/name", "/metadata/namespace");

  /** Lists that are merged by a key; all others are one value. */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "ownerReferences", List.of("uid"),
          "containers", List.of("name"),
          "env", List.of("name"),
          "volumes", List.of("name"),
          "volumeMounts", List.of("mountPath"));

  private ManagedFields() {}

  static ObjectNode entry(String manager, String operation, JsonNode object) {
    ObjectNode entry = JSON.objectNode();
    entry.put("manager", manager).put("operation", operation).put("fieldsType", "FieldsV1");
    entry.set("fieldsV1", fields("", object));
    return entry;
  }

  private static ObjectNode fields(String path, JsonNode object) {
    ObjectNode fields = JSON.objectNode();
    object
        .properties()
        .forEach(
            field -> {
              String at = path + "/" + field.getKey();
              boolean tracked =
                  !NOT_TRACKED.contains(at)
                      && !(path.isEmpty() && NOT_TRACKED.contains(field.getKey()));
              if (tracked) {
                fields.set("f:" + field.getKey(), field(at, field.getKey(), field.getValue()));
              }
            });
    return fields;
  }

  private static ObjectNode field(String path, String name, JsonNode value) {
    if (value.isObject()) {
      return fields(path, value);
    }
    ObjectNode items = JSON.objectNode();
    List<String> keys = keys(name, value);
    if (value.isArray() && !keys.isEmpty()) {
      for (JsonNode item : value) {
        ObjectNode key = JSON.objectNode();
        keys.forEach(part -> key.set(part, item.get(part)));
        ObjectNode owned = JSON.objectNode();
        owned.set(".", JSON.objectNode());
        owned.setAll(fields(path, item));
        items.set("k:" + key, owned);
      }
    }
    return items;
  }

  private static List<String> keys(String name, JsonNode list) {
    if (name.equals("ports")) {
      return list.path(0).has("containerPort")
          ? List.of("containerPort", "protocol")
          : List.of("port", "protocol");
    }
    return KEYS.getOrDefault(name, List.of());
  }

  /** Takes from {@code object} what was owned and is no longer wanted. */
  static void drop(ObjectNode object, JsonNode owned, JsonNode wanted) {
    owned
        .properties()
        .forEach(
            field -> {
              String name = field.getKey().substring(2);
              if (!field.getKey().startsWith("f:") || !object.has(name)) {
                return;
              }
              if (!wanted.has(name)) {
                object.remove(name);
              } else if (object.get(name) instanceof ObjectNode inner) {
                drop(inner, field.getValue(), wanted.get(name));
              }
            });
  }

  /** Puts {@code wanted} over {@code object}; a list is one value here, null takes away. */
  static void merge(ObjectNode object, JsonNode wanted) {
    wanted
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isObject()
                  && object.get(field.getKey()) instanceof ObjectNode inner) {
                merge(inner, field.getValue());
              } else if (field.getValue().isNull()) {
                object.remove(field.getKey());
              } else {
                object.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }
}
