package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Specs with one wrong field each, made of a CRD's schema: of each field what it must not be. */
public final class WrongFields {
  /** Of one endpoint that is right in all but this. */
  public record Wrong(String field, String what, Map<String, Object> spec) {}

  private static final int LONG = 33_000;

  private final JSONSchemaProps schema;
  private final List<Wrong> found = new ArrayList<>();

  private WrongFields(JSONSchemaProps schema) {
    this.schema = schema;
  }

  /**
   * @param schema of {@code spec}
   */
  public static List<Wrong> of(JSONSchemaProps schema) {
    WrongFields fields = new WrongFields(schema);
    fields.walk(new Place(List.of()), schema);
    return fields.found;
  }

  /** A path of field names; {@code []} is the only item of a list. */
  private record Place(List<String> names) {
    Place inner(String name) {
      List<String> all = new ArrayList<>(names);
      all.add(name);
      return new Place(all);
    }

    @Override
    public String toString() {
      return String.join(".", names).replace(".[]", "[0]");
    }
  }

  private void walk(Place place, JSONSchemaProps of) {
    of.getProperties().forEach((name, field) -> see(place.inner(name), field));
    if (of.getItems() != null && of.getItems().getSchema() != null) {
      see(place.inner("[]"), of.getItems().getSchema());
    }
  }

  private void see(Place place, JSONSchemaProps field) {
    String type = String.valueOf(field.getType());
    switch (type) {
      case "integer" -> {
        add(place, "a text", "many");
        add(place, "a fraction", 1.5);
        if (field.getMinimum() != null) {
          add(place, "too small", Math.round(field.getMinimum()) - 1);
        }
        if (field.getMaximum() != null) {
          add(place, "too large", Math.round(field.getMaximum()) + 1);
        }
      }
      case "boolean" -> add(place, "no boolean", "maybe");
      case "string" -> {
        add(place, "a number", 7);
        if (field.getMaxLength() != null) {
          add(place, "too long", "x".repeat((int) Math.min(LONG, field.getMaxLength() + 1)));
        }
        if (field.getEnum() != null && !field.getEnum().isEmpty()) {
          add(place, "none of the choices", "other");
        }
        if (!field.getXKubernetesValidations().isEmpty()) {
          add(place, "against its rule", " ");
        }
      }
      case "array" -> {
        add(place, "no list", "one");
        if (field.getMaxItems() != null) {
          add(place, "too many", many(field));
        }
      }
      case "object" -> {
        add(place, "no object", "one");
        if (field.getAdditionalProperties() == null
            && !Boolean.TRUE.equals(field.getXKubernetesPreserveUnknownFields())) {
          add(place.inner("noSuchField"), "unknown", 1);
        }
        for (String required : field.getRequired()) {
          add(place.inner(required), "missing", null);
        }
      }
      default -> {
        // an integer or a text
      }
    }
    walk(place, field);
  }

  private static List<Object> many(JSONSchemaProps list) {
    JSONSchemaProps item = list.getItems().getSchema();
    List<Object> items = new ArrayList<>();
    for (int i = 0; i <= list.getMaxItems(); i++) {
      items.add("object".equals(item.getType()) ? minimal(item) : "x");
    }
    return items;
  }

  private void add(Place place, String what, Object value) {
    Map<String, Object> spec = new LinkedHashMap<>();
    put(spec, place.names(), schema, value);
    if (!spec.containsKey("container") && !spec.containsKey("model")) {
      spec.put("model", new HashMap<>(Map.of("storageUri", "https://h/m.onnx")));
    }
    found.add(new Wrong("spec." + place, what, spec));
  }

  /** Makes the objects and lists on the way, each with what it must have. */
  @SuppressWarnings("unchecked") // what minimal makes
  private static void put(
      Map<String, Object> into, List<String> names, JSONSchemaProps of, Object value) {
    String name = names.getFirst();
    if (names.size() == 1) {
      if (value == null) {
        into.remove(name);
      } else {
        into.put(name, value);
      }
      return;
    }
    JSONSchemaProps field = of.getProperties().get(name);
    boolean list = names.get(1).equals("[]");
    if (list && names.size() == 2) {
      into.put(name, List.of(value));
      return;
    }
    JSONSchemaProps inner = list ? field.getItems().getSchema() : field;
    Map<String, Object> object = minimal(inner);
    into.put(name, list ? new ArrayList<>(List.of(object)) : object);
    put(object, names.subList(list ? 2 : 1, names.size()), inner, value);
  }

  private static Map<String, Object> minimal(JSONSchemaProps of) {
    Map<String, Object> object = new HashMap<>();
    of.getRequired().forEach(name -> object.put(name, example(name)));
    return object;
  }

  private static Object example(String name) {
    return name.equals("storageUri") ? "https://h/m.onnx" : "x";
  }
}
