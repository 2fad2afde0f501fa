package dev.reveille.operator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.Store;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One namespace: what its users do there, and what they wait for. */
final class Scene {
  /** The wait for the next operator, when one is dead for it, included. */
  private static final Duration BOUND = Duration.ofMinutes(2);

  private static final Duration BETWEEN = Duration.ofMillis(20);
  private static final String OURS = "/apis/reveille.dev/v1alpha1";

  final String namespace;
  private final Store store;
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();
  private final Set<String> spent = ConcurrentHashMap.newKeySet();
  private volatile boolean idle;

  Scene(String namespace, ApiServer api) {
    this.namespace = namespace;
    this.store = api.store();
  }

  /** Nobody has called for an hour, or somebody has just now. */
  void idle(boolean now) {
    idle = now;
  }

  boolean isIdle() {
    return idle;
  }

  /** Pods of the pool that the activator sends the endpoint's requests to. */
  Set<String> claimed() {
    return claimed;
  }

  /** Pods of the pool that the activator found to be of no use any more. */
  Set<String> spent() {
    return spent;
  }

  Map<Store.Key, ObjectNode> objects() {
    return store.of(namespace);
  }

  void endpoint(String spec) {
    create(OURS, "inferenceendpoints", "minilm", "InferenceEndpoint", "spec: " + spec);
  }

  void pool(int size) {
    create(OURS, "warmpools", "small", "WarmPool", "spec: {size: %d}".formatted(size));
  }

  void create(String group, String plural, String name, String kind, String yaml) {
    ObjectNode object = (ObjectNode) Serialization.unmarshal(yaml, JsonNode.class);
    String version = group.replace("/apis/", "").replace("/api/", "");
    object.put("apiVersion", version).put("kind", kind);
    Store.metadata(object).put("name", name);
    store.create(new Store.Key(group, plural, namespace, name), object);
  }

  /** As {@code kubectl patch --type=merge} does. */
  void edit(String yaml) {
    edit(key("inferenceendpoints", "minilm"), yaml);
  }

  void edit(Store.Key key, String yaml) {
    JsonNode patch = Serialization.unmarshal(yaml, JsonNode.class);
    change(key, object -> (ObjectNode) merge(object, patch));
  }

  /** The endpoint has this spec from now on. */
  void rewrite(ObjectNode spec) {
    change(key("inferenceendpoints", "minilm"), object -> object.set("spec", spec));
  }

  private static JsonNode merge(JsonNode into, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged = into.isObject() ? into.deepCopy() : JsonNodeFactory.instance.objectNode();
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                merged.remove(field.getKey());
              } else {
                merged.set(field.getKey(), merge(merged.path(field.getKey()), field.getValue()));
              }
            });
    return merged;
  }

  private void change(Store.Key key, UnaryOperator<ObjectNode> change) {
    synchronized (store) {
      ObjectNode object = store.get(key);
      if (object != null) {
        store.replace(key, change.apply(object));
      }
    }
  }

  void delete(String plural, String name) {
    store.delete(key(plural, name));
  }

  Store.Key key(String plural, String name) {
    return objects().keySet().stream()
        .filter(key -> key.plural().equals(plural) && key.name().equals(name))
        .findFirst()
        .orElseGet(() -> new Store.Key("", plural, namespace, name));
  }

  JsonNode get(String plural, String name) {
    ObjectNode object = store.get(key(plural, name));
    return object == null ? JsonNodeFactory.instance.missingNode() : object;
  }

  void await(String what, Predicate<Scene> good) {
    if (!isSoon(good)) {
      throw new AssertionError("not within %s: %s; %s".formatted(BOUND, what, objects()));
    }
  }

  /** Whether it comes true in time; looked at again at every change. */
  boolean isSoon(Predicate<Scene> good) {
    long end = System.nanoTime() + BOUND.toNanos();
    long seen = -1;
    while (System.nanoTime() - end < 0) {
      long version = store.version(namespace);
      if (version != seen && good.test(this)) {
        return true;
      }
      seen = version;
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
    return false;
  }

  void awaitState(String state) {
    await(
        state + " is said of the present generation",
        here -> {
          JsonNode endpoint = here.get("inferenceendpoints", "minilm");
          JsonNode status = endpoint.path("status");
          return status.path("state").asText().equals(state)
              && status.path("observedGeneration").asLong()
                  == endpoint.path("metadata").path("generation").asLong();
        });
  }

  /** Replicas that are wanted and ready, and no pod besides. */
  void awaitReplicas(String deployment, int replicas) {
    await(
        replicas + " replicas of " + deployment,
        here -> {
          JsonNode found = here.get("deployments", deployment);
          return found.path("spec").path("replicas").asInt(-1) == replicas
              && found.path("status").path("readyReplicas").asInt(0) == replicas
              && found.path("status").path("replicas").asInt(0) == replicas;
        });
  }

  void awaitThere(String plural, String name) {
    await(plural + "/" + name, here -> !here.get(plural, name).isMissingNode());
  }

  void awaitGone(String plural, String name) {
    await("no " + plural + "/" + name, here -> here.get(plural, name).isMissingNode());
  }

  void awaitCondition(String type, String reason) {
    await(
        type + " " + reason,
        here ->
            here.get("inferenceendpoints", "minilm")
                .path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(
                    each ->
                        each.path("type").asText().equals(type)
                            && each.path("reason").asText().equals(reason)));
  }

  /** Name of a pod that bears this label. */
  String podWith(String label, String value) {
    return objects().entrySet().stream()
        .filter(entry -> entry.getKey().plural().equals("pods"))
        .filter(
            entry ->
                entry.getValue().path("metadata").path("labels").path(label).asText().equals(value))
        .map(entry -> entry.getKey().name())
        .findFirst()
        .orElse("");
  }
}
