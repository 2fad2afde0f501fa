package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The objects of a cluster, each with its version; whoever listens is told of every change. */
public final class Store {
  private static final Set<String> OUTSIDE_THE_GENERATION = Set.of("metadata", "status");

  /**
   * Where an object is kept.
   *
   * @param group with its version, such as {@code /apis/apps/v1}
   */
  public record Key(String group, String plural, String namespace, String name) {
    boolean isOf(Call call) {
      return group.equals(call.group())
          && plural.equals(call.plural())
          && (call.namespace().isEmpty() || call.namespace().equals(namespace));
    }
  }

  /** What became of an object; {@code before} null: it is new; {@code now} null: it is gone. */
  record Change(long version, Key key, @Nullable ObjectNode before, @Nullable ObjectNode now) {}

  private final Map<String, Map<Key, ObjectNode>> byNamespace = new LinkedHashMap<>();
  private final Consumer<Change> changed;
  private final Map<String, Long> latest = new HashMap<>();
  private long version;

  Store(Consumer<Change> changed) {
    this.changed = changed;
  }

  public synchronized long version() {
    return version;
  }

  /** The version of the latest change in the namespace. */
  public synchronized long version(String namespace) {
    return latest.getOrDefault(namespace, 0L);
  }

  private Map<Key, ObjectNode> objects(String namespace) {
    return byNamespace.computeIfAbsent(namespace, each -> new LinkedHashMap<>());
  }

  public synchronized @Nullable ObjectNode get(Key key) {
    ObjectNode object = objects(key.namespace()).get(key);
    return object == null ? null : object.deepCopy();
  }

  synchronized List<ObjectNode> list(Call call) {
    var places =
        call.namespace().isEmpty() ? byNamespace.values() : List.of(objects(call.namespace()));
    return places.stream()
        .flatMap(place -> place.entrySet().stream())
        .filter(entry -> entry.getKey().isOf(call))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** All objects of a namespace, as they are now. */
  public synchronized Map<Key, ObjectNode> of(String namespace) {
    Map<Key, ObjectNode> copy = new LinkedHashMap<>();
    objects(namespace).forEach((key, object) -> copy.put(key, object.deepCopy()));
    return copy;
  }

  /** False when there is one already. */
  public synchronized boolean create(Key key, ObjectNode object) {
    if (objects(key.namespace()).containsKey(key)) {
      return false;
    }
    ObjectNode metadata = metadata(object);
    metadata.put("name", key.name()).put("uid", UUID.randomUUID().toString());
    if (!key.namespace().isEmpty()) {
      metadata.put("namespace", key.namespace());
    }
    metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.put("generation", 1L).remove("deletionTimestamp");
    put(key, object);
    return true;
  }

  /** Puts {@code object} in the place of what is there; one that is no other is no change. */
  public synchronized ObjectNode replace(Key key, ObjectNode object) {
    ObjectNode before = objects(key.namespace()).get(key);
    ObjectNode metadata = metadata(object);
    for (String kept :
        List.of("namespace", "uid", "creationTimestamp", "resourceVersion", "generation")) {
      if (metadata(before).has(kept)) {
        metadata.set(kept, metadata(before).get(kept));
      }
    }
    if (object.equals(before)) {
      return object;
    }
    if (!spec(object).equals(spec(before))) {
      metadata.put("generation", metadata.path("generation").asLong() + 1);
    }
    put(key, object);
    return object;
  }

  private void put(Key key, ObjectNode object) {
    version++;
    metadata(object).put("resourceVersion", String.valueOf(version));
    ObjectNode before = objects(key.namespace()).put(key, object.deepCopy());
    latest.put(key.namespace(), version);
    changed.accept(new Change(version, key, before, object.deepCopy()));
  }

  public synchronized void delete(Key key) {
    ObjectNode gone = objects(key.namespace()).remove(key);
    if (gone != null) {
      version++;
      ObjectNode last = gone.deepCopy();
      metadata(last).put("resourceVersion", String.valueOf(version));
      latest.put(key.namespace(), version);
      changed.accept(new Change(version, key, last, null));
    }
  }

  private static ObjectNode spec(ObjectNode object) {
    ObjectNode spec = object.deepCopy();
    spec.remove(OUTSIDE_THE_GENERATION);
    return spec;
  }

  public static ObjectNode metadata(ObjectNode object) {
    return object.withObject("/metadata");
  }
}
