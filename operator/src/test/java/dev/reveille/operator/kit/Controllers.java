package dev.reveille.operator.kit;

import static dev.reveille.operator.kit.Store.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the other controllers of a cluster do: pods of Deployments, which are ready a step later,
 * and the collection of what has lost its owner. One step at a time, so that others see each.
 */
public final class Controllers implements AutoCloseable {
  private static final String APPS = "/apis/apps/v1";
  private static final String CORE = "/api/v1";

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("cluster").daemon().factory());
  private final Set<String> due = ConcurrentHashMap.newKeySet();
  private final Store store;

  public Controllers(ApiServer api) {
    this.store = api.store();
    api.listen(this::changed);
  }

  private void changed(String namespace) {
    if (due.add(namespace)) {
      thread.execute(
          () -> {
            due.remove(namespace);
            step(namespace);
          });
    }
  }

  private void step(String namespace) {
    synchronized (store) {
      Map<Store.Key, ObjectNode> objects = store.of(namespace);
      if (!collected(objects)) {
        objects.forEach(
            (key, object) -> {
              if (key.plural().equals("deployments") && key.group().equals(APPS)) {
                tend(key, object, objects);
              }
            });
      }
    }
  }

  private boolean collected(Map<Store.Key, ObjectNode> objects) {
    Set<String> uids = objects.values().stream().map(Controllers::uid).collect(Collectors.toSet());
    List<Store.Key> orphans =
        objects.entrySet().stream()
            .filter(entry -> isOrphan(entry.getValue(), uids))
            .map(Map.Entry::getKey)
            .toList();
    orphans.forEach(store::delete);
    return !orphans.isEmpty();
  }

  private static boolean isOrphan(ObjectNode object, Set<String> uids) {
    JsonNode owners = object.path("metadata").path("ownerReferences");
    return !owners.isEmpty()
        && owners.valueStream().noneMatch(owner -> uids.contains(owner.path("uid").asText()));
  }

  /** Makes new pods, ready ones of them, and only then takes old ones away. */
  private void tend(Store.Key key, ObjectNode deployment, Map<Store.Key, ObjectNode> objects) {
    int wanted = deployment.path("spec").path("replicas").asInt(1);
    Map<Store.Key, ObjectNode> pods = podsOf(deployment, objects);
    Map<Store.Key, ObjectNode> current = copy(pods);
    JsonNode template = deployment.path("spec").path("template");
    current.values().removeIf(pod -> !pod.path("spec").equals(template.path("spec")));
    Map<Store.Key, ObjectNode> starting = copy(current);
    starting.values().removeIf(Controllers::isReady);
    if (current.size() < wanted) {
      IntStream.range(current.size(), wanted).forEach(i -> create(key, deployment));
    } else if (current.size() > wanted) {
      current.keySet().stream().limit(current.size() - wanted).toList().forEach(store::delete);
    } else if (!starting.isEmpty()) {
      starting.forEach(this::makeReady);
    } else {
      pods.keySet().stream().filter(pod -> !current.containsKey(pod)).forEach(store::delete);
    }
    long ready = pods.values().stream().filter(Controllers::isReady).count();
    deployment.withObject("/status").put("readyReplicas", ready).put("replicas", pods.size());
    store.replace(key, deployment);
  }

  private static Map<Store.Key, ObjectNode> podsOf(
      ObjectNode deployment, Map<Store.Key, ObjectNode> objects) {
    Map<Store.Key, ObjectNode> pods = new TreeMap<>(Controllers::compare);
    objects.forEach(
        (key, object) -> {
          boolean ours =
              object
                  .path("metadata")
                  .path("ownerReferences")
                  .valueStream()
                  .anyMatch(owner -> owner.path("uid").asText().equals(uid(deployment)));
          if (key.plural().equals("pods") && ours) {
            pods.put(key, object);
          }
        });
    return pods;
  }

  private static Map<Store.Key, ObjectNode> copy(Map<Store.Key, ObjectNode> pods) {
    Map<Store.Key, ObjectNode> copy = new TreeMap<>(Controllers::compare);
    copy.putAll(pods);
    return copy;
  }

  private static int compare(Store.Key one, Store.Key other) {
    return one.name().compareTo(other.name());
  }

  private void create(Store.Key key, ObjectNode deployment) {
    JsonNode template = deployment.path("spec").path("template");
    ObjectNode pod = deployment.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.set("spec", template.path("spec").deepCopy());
    pod.putObject("metadata").set("labels", template.path("metadata").path("labels").deepCopy());
    metadata(pod)
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "apps/v1")
        .put("kind", "Deployment")
        .put("name", key.name())
        .put("uid", uid(deployment))
        .put("controller", true);
    pod.putObject("status").put("phase", "Pending").putArray("conditions");
    store.create(
        new Store.Key(CORE, "pods", key.namespace(), key.name() + "-" + store.version()), pod);
  }

  private void makeReady(Store.Key key, ObjectNode pod) {
    ObjectNode status = pod.withObject("/status").put("phase", "Running");
    status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
    store.replace(key, pod);
  }

  private static boolean isReady(ObjectNode pod) {
    return pod.path("status").path("phase").asText().equals("Running");
  }

  private static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asText();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
