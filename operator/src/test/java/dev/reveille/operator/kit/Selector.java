package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;

/** What a call asks for of a collection: by labels, and by name. */
final class Selector {
  private static final String NAME = "metadata.name=";

  private Selector() {}

  static boolean matches(Call call, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return parts(call, "labelSelector").allMatch(part -> hasLabel(metadata.path("labels"), part))
        && parts(call, "fieldSelector")
            .allMatch(
                part ->
                    part.startsWith(NAME)
                        && part.substring(NAME.length()).equals(metadata.path("name").asText()));
  }

  private static Stream<String> parts(Call call, String parameter) {
    String selector = call.query().getOrDefault(parameter, "");
    return selector.isEmpty() ? Stream.of() : Stream.of(selector.split(","));
  }

  private static boolean hasLabel(JsonNode labels, String part) {
    String[] pair = part.split("=", 2);
    return pair.length == 1
        ? labels.has(pair[0])
        : pair[1].replaceFirst("^=", "").equals(labels.path(pair[0]).asText(null));
  }
}
