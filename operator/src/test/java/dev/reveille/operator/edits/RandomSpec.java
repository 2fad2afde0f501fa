package dev.reveille.operator.edits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Valid specs by chance, out of the CRD's schema: what a rule asks of a value is in a table here,
 * what one asks of several is seen to by {@link Rules}.
 */
final class RandomSpec {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final double OFTEN = 0.35;
  private static final double SOMETIMES_NEW = 0.8;
  private static final int MOST_ITEMS = 3;
  private static final int A_LOT = 40;
  private static final String ANYTHING = "x-kubernetes-preserve-unknown-fields";

  /** The end of a field's path → values that its rule, or Kubernetes, lets pass. */
  private static final Map<String, List<String>> TEXTS =
      Map.ofEntries(
          Map.entry("storageUri", List.of("https://h/a.onnx", "http://h:1/b", "image:///m.onnx")),
          Map.entry("digest", List.of("sha256:" + "0a".repeat(32))),
          Map.entry("BodyBytes", List.of("1", "64Ki", "8Mi", "1Gi", "500000")),
          Map.entry("QueuedBytes", List.of("1000", "64Ki", "64Mi")),
          Map.entry("protocol", List.of("http1", "h2c")),
          Map.entry("readinessPath", List.of("/", "/ready", "/grpc.health.v1.Health/Check")),
          Map.entry("paths[]", List.of("/ping", "/")),
          Map.entry("sticky", List.of("X-User", "Cookie")),
          Map.entry("warmPool", List.of("small", "none")),
          Map.entry("add[]", List.of("CHOWN", "KILL", "NET_BIND_SERVICE")),
          Map.entry("mountPath", List.of("/a", "/b", "/c")),
          Map.entry("fieldPath", List.of("metadata.name", "status.podIP")),
          Map.entry("resource", List.of("limits.cpu", "requests.memory")),
          Map.entry("effect", List.of("NoSchedule", "NoExecute")),
          Map.entry("operator", List.of("Exists", "Equal")),
          Map.entry("scheme", List.of("HTTP", "HTTPS")),
          Map.entry("selectPolicy", List.of("Max", "Min", "Disabled")),
          Map.entry("policies[].type", List.of("Percent", "Pods")),
          Map.entry("mountPropagation", List.of("None", "HostToContainer")),
          Map.entry("medium", List.of("", "Memory")));

  private static final List<String> QUANTITIES =
      List.of("1", "500m", "1000m", "0.5", "1Gi", "1024Mi", "2e3");

  private final JsonNode schema;
  private final Random random;
  private final Set<String> reached = new HashSet<>();

  RandomSpec(long seed) {
    this.schema = schema("inferenceendpoints.reveille.dev.yaml");
    this.random = new Random(seed);
  }

  private static JsonNode schema(String file) {
    Path crds = Path.of(System.getProperty("reveille.root", ".."), "helm/reveille/files/crds");
    try {
      return Serialization.unmarshal(Files.readString(crds.resolve(file)), JsonNode.class)
          .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fields that no spec so far has had; a canary's parts are as the endpoint's. */
  Set<String> missed() {
    Set<String> all = new TreeSet<>();
    fields("spec", schema, all);
    Set<String> missed = new TreeSet<>(all.stream().map(RandomSpec::ofEither).toList());
    missed.removeAll(reached.stream().map(RandomSpec::ofEither).toList());
    return missed;
  }

  private static String ofEither(String path) {
    return path.replaceFirst("^spec[.]canary[.](model|server|container)", "spec.$1")
        .replaceFirst("^spec[.]server[.]env", "spec.container.env");
  }

  private static void fields(String path, JsonNode of, Set<String> into) {
    into.add(path);
    of.path("properties")
        .properties()
        .forEach(field -> fields(path + "." + field.getKey(), field.getValue(), into));
    if (of.has("items")) {
      fields(path + "[]", of.get("items"), into);
    }
  }

  ObjectNode next() {
    ObjectNode spec = (ObjectNode) value("spec", schema);
    Rules.obey(spec, random);
    note("spec", spec);
    return spec;
  }

  /** One part of {@code before} is another, or gone, or new. */
  ObjectNode edit(ObjectNode before) {
    List<String> parts = names().propertyStream().map(Map.Entry::getKey).toList();
    String part = parts.get(random.nextInt(parts.size()));
    ObjectNode after = before.deepCopy();
    after.remove(part);
    if (random.nextDouble() < SOMETIMES_NEW) {
      after.set(part, value("spec." + part, schema.path("properties").path(part)));
    }
    Rules.obey(after, random);
    note("spec", after);
    return after;
  }

  private ObjectNode names() {
    return (ObjectNode) schema.path("properties");
  }

  private void note(String path, JsonNode value) {
    reached.add(path);
    value.properties().forEach(field -> note(path + "." + field.getKey(), field.getValue()));
    if (value.isArray()) {
      value.forEach(item -> note(path + "[]", item));
    }
  }

  private JsonNode value(String path, JsonNode of) {
    if (of.path("x-kubernetes-int-or-string").asBoolean()) {
      return quantity(path);
    }
    if (of.path(ANYTHING).asBoolean()) {
      return Serialization.unmarshal(
          "podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}", JsonNode.class);
    }
    return switch (of.path("type").asText()) {
      case "object" -> object(path, of);
      case "array" -> array(path, of);
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "integer" -> JSON.numberNode(integer(of));
      case "string" -> JSON.textNode(text(path, of));
      default -> throw new IllegalStateException(path + ": " + of);
    };
  }

  private JsonNode quantity(String path) {
    if (path.endsWith(".port")) {
      return random.nextBoolean() ? JSON.numberNode(8080) : JSON.textNode("http");
    }
    if (path.endsWith(".tolerance")) {
      return JSON.textNode(random.nextBoolean() ? "0.1" : "100m");
    }
    int chosen = random.nextInt(QUANTITIES.size() + 1);
    return chosen == QUANTITIES.size() ? JSON.numberNode(2) : JSON.textNode(QUANTITIES.get(chosen));
  }

  private ObjectNode object(String path, JsonNode of) {
    ObjectNode object = JSON.objectNode();
    Set<String> required = new HashSet<>();
    of.path("required").forEach(name -> required.add(name.asText()));
    of.path("properties")
        .properties()
        .forEach(
            field -> {
              String at = path + "." + field.getKey();
              double chance = reached.contains(at) ? OFTEN : SOMETIMES_NEW;
              if (required.contains(field.getKey()) || random.nextDouble() < chance) {
                object.set(field.getKey(), value(at, field.getValue()));
              }
            });
    if (of.path("additionalProperties").isObject()) {
      int size = random.nextInt(MOST_ITEMS);
      for (int i = 0; i < size; i++) {
        object.set(key(path, i), value(path + "{}", of.path("additionalProperties")));
      }
    }
    return object;
  }

  private static String key(String path, int i) {
    return path.endsWith("limits") || path.endsWith("requests")
        ? List.of("cpu", "memory", "ephemeral-storage").get(i)
        : "key-" + i;
  }

  private ArrayNode array(String path, JsonNode of) {
    ArrayNode array = JSON.arrayNode();
    int size = 1 + random.nextInt(MOST_ITEMS);
    for (int i = 0; i < size; i++) {
      array.add(value(path + "[]", of.path("items")));
    }
    return array;
  }

  private int integer(JsonNode of) {
    int from = of.path("minimum").asInt(1);
    long most = of.has("maximum") ? Math.round(of.path("maximum").asDouble()) : from + A_LOT;
    return from + random.nextInt((int) Math.min(A_LOT, most - from) + 1);
  }

  private String text(String path, JsonNode of) {
    if (of.has("enum")) {
      return of.path("enum").get(random.nextInt(of.path("enum").size())).asText();
    }
    return TEXTS.entrySet().stream()
        .filter(entry -> path.endsWith(entry.getKey()))
        .map(entry -> entry.getValue().get(random.nextInt(entry.getValue().size())))
        .findFirst()
        .orElseGet(() -> "x" + random.nextInt(A_LOT));
  }
}
