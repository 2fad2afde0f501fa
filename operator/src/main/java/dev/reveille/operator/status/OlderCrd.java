package dev.reveille.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * StatusComplete: only there while the cluster's CRD does not know all of a status. The API server
 * takes nothing of an apply with a field that is not in its schema, so that field is left out.
 */
public final class OlderCrd {
  static final String TYPE = "StatusComplete";

  private static final ObjectMapper JSON = new ObjectMapper();

  private OlderCrd() {}

  /**
   * The status, with the condition if it is due.
   *
   * @param schema empty: nothing is known of it, and all is taken to be in it
   */
  public static <S> S said(
      S status, @Nullable S before, Optional<JSONSchemaProps> schema, Instant now) {
    if (schema.isEmpty()) {
      return status;
    }
    ObjectNode told = JSON.valueToTree(status);
    Set<String> missing = new LinkedHashSet<>();
    known(told, schema.get(), "", missing);
    if (missing.isEmpty()) {
      return status;
    }
    JsonNode generation = told.get("observedGeneration");
    told.withArray("conditions")
        .add(
            JSON.valueToTree(
                verdict(missing)
                    .condition(
                        TYPE,
                        before == null ? Optional.empty() : condition(before),
                        generation == null ? null : generation.asLong(),
                        now)));
    return read(told, status);
  }

  private static Verdict verdict(Set<String> missing) {
    return Verdict.bad(
        Reason.OLDER_CRD,
        "The cluster's CRD is older than this operator and has no status."
            + String.join(", status.", missing)
            + "; apply the CRDs of this version (helm/reveille/files/crds).");
  }

  /** The condition, if the status has it. */
  public static Optional<Condition> condition(Object status) {
    return JSON.valueToTree(status)
        .path("conditions")
        .valueStream()
        .filter(each -> each.path("type").asText().equals(TYPE))
        .map(each -> JSON.convertValue(each, Condition.class))
        .findFirst();
  }

  /** As much of the status as can be written. */
  public static <S> S kept(S status, Optional<JSONSchemaProps> schema) {
    if (schema.isEmpty()) {
      return status;
    }
    Set<String> missing = new LinkedHashSet<>();
    JsonNode left = known(JSON.valueToTree(status), schema.get(), "", missing);
    return missing.isEmpty() ? status : read(withoutTorn((ObjectNode) left, status), status);
  }

  /** A part that would show a field that was left out, as zero or null, goes as a whole. */
  private static <S> ObjectNode withoutTorn(ObjectNode left, S status) {
    JsonNode shown = JSON.valueToTree(read(left, status));
    List<String> torn =
        left.properties().stream()
            .filter(field -> !field.getValue().equals(shown.get(field.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    return left.remove(torn);
  }

  private static <S> S read(JsonNode json, S like) {
    return JSON.convertValue(json, JSON.constructType(like.getClass()));
  }

  /**
   * What of the value the schema knows.
   *
   * @param missing takes the paths of the rest
   */
  private static JsonNode known(
      JsonNode value, JSONSchemaProps schema, String path, Set<String> missing) {
    if (value instanceof ArrayNode array && schema.getItems() != null) {
      ArrayNode items = array.arrayNode();
      array.forEach(item -> items.add(known(item, schema.getItems().getSchema(), path, missing)));
      return items;
    }
    if (!(value instanceof ObjectNode object)
        || Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())) {
      return value;
    }
    ObjectNode known = object.objectNode();
    Map<String, JSONSchemaProps> fields =
        schema.getProperties() == null ? Map.of() : schema.getProperties();
    for (var field : object.properties()) {
      String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JSONSchemaProps its = fields.get(field.getKey());
      if (its == null || !allows(its, field.getValue())) {
        missing.add(name);
      } else {
        known.set(field.getKey(), known(field.getValue(), its, name, missing));
      }
    }
    return known;
  }

  /** A state may be newer than the schema, too. */
  private static boolean allows(JSONSchemaProps schema, JsonNode value) {
    List<JsonNode> choices = schema.getEnum();
    return choices == null || choices.isEmpty() || choices.contains(value);
  }
}
