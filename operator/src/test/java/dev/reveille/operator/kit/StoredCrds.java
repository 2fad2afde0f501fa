package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;

/** The CRDs that are stored; a resource without one may hold anything. */
record StoredCrds(Store store) {
  private static final String GROUP = "/apis/apiextensions.k8s.io/v1";

  /** Why an apply is refused, in the API server's words. */
  Optional<String> undeclared(Store.Key key, JsonNode wanted) {
    String name = key.plural() + "." + key.group().split("/", -1)[2];
    JsonNode crd = store.get(new Store.Key(GROUP, "customresourcedefinitions", "", name));
    if (crd == null) {
      return Optional.empty();
    }
    JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/status");
    return paths(wanted.path("status"), schema, ".status")
        .findFirst()
        .map(
            path ->
                ("failed to create typed patch object (%s/%s; %s, Kind=%s): %s:"
                        + " field not declared in schema")
                    .formatted(
                        key.namespace(),
                        key.name(),
                        wanted.path("apiVersion").asText(),
                        wanted.path("kind").asText(),
                        path));
  }

  private static Stream<String> paths(JsonNode value, JsonNode schema, String path) {
    if (value.isArray()) {
      return value.valueStream().flatMap(item -> paths(item, schema.path("items"), path + "[0]"));
    }
    return value.properties().stream()
        .flatMap(
            field -> {
              String at = path + "." + field.getKey();
              JsonNode known = schema.path("properties").get(field.getKey());
              return known == null ? Stream.of(at) : paths(field.getValue(), known, at);
            });
  }
}
