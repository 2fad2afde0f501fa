package dev.reveille.operator.kit;

import static dev.reveille.operator.kit.Store.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A Kubernetes API server in memory: what the operator relies on of it, with the field ownership of
 * server-side apply, preconditions, subresources, watches that expire, and faults on demand.
 */
public final class ApiServer extends Dispatcher implements AutoCloseable {
  private static final String CLIENT = "fabric8-kubernetes-client";
  private static final String OUR_GROUP = "/apis/reveille.dev/";

  private final MockWebServer server = new MockWebServer();
  private final Watchers watchers = new Watchers();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final Store store = new Store(this::changed);
  private final StoredCrds crds = new StoredCrds(store);
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final Set<String> conflicts = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger overtake = new AtomicInteger(-1);
  private volatile boolean ending;
  private volatile Road road = (call, answer) -> answer.get();

  /** The way of a call to the server, and of the answer back. */
  @FunctionalInterface
  public interface Road {
    MockResponse travel(Call call, Supplier<MockResponse> answer);
  }

  public ApiServer() {
    server.setDispatcher(this);
    server.start();
  }

  public KubernetesClient client() {
    return client("somebody", Config.DEFAULT_REQUEST_TIMEOUT);
  }

  /** Of one whose calls can be told from others', and who waits so long for an answer. */
  public KubernetesClient client(String who, int requestMillis) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.url("/").toString())
            .withNamespace("test")
            .withHttp2Disable(true)
            .withOauthToken(who)
            .withRequestTimeout(requestMillis)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private void changed(Store.Change change) {
    watchers.tell(change);
    listeners.forEach(listener -> listener.accept(change.key().namespace()));
  }

  /** Tells in which namespace something changed. */
  public void listen(Consumer<String> listener) {
    listeners.add(listener);
  }

  public void road(Road other) {
    road = other;
  }

  public Watchers watchers() {
    return watchers;
  }

  public Store store() {
    return store;
  }

  /**
   * Writes that were taken so far, such as {@code POST deployments/minilm}; Events are left out. A
   * look at a cache that lags may try again what is there already: that is refused, and no write.
   */
  public List<String> writes() {
    return List.copyOf(writes);
  }

  public void forgetWrites() {
    writes.clear();
  }

  /** Answers the writes that {@link #writes} would call so with 403. */
  public void refuse(String write, String message) {
    refusals.put(write, message);
  }

  public void allow(String write) {
    refusals.remove(write);
    conflicts.remove(write);
  }

  /** Somebody else is always faster than the writes that {@link #writes} would call so. */
  public void overtake(String write) {
    conflicts.add(write);
  }

  /** Refuses from now on what a namespace that is being deleted refuses: all that is new. */
  public void endNamespace() {
    ending = true;
  }

  /** How many writes were refused. */
  public int refused() {
    return refused.get();
  }

  /** Somebody else scales to this just before the next write of a scale. */
  public void overtakeNextScale(int replicas) {
    overtake.set(replicas);
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    Call call = Call.of(request);
    return road.travel(call, () -> answer(call));
  }

  private MockResponse answer(Call call) {
    String message = call.isWrite() ? refusals.get(call.said()) : null;
    if (message != null) {
      refused.incrementAndGet();
      return refusal(403, message, "");
    }
    if (conflicts.contains(call.said())) {
      return modified();
    }
    if (ending && call.method() == HttpMethod.POST && !call.isEvent()) {
      refused.incrementAndGet();
      return refusal(403, "unable to create new content", "NamespaceTerminating");
    }
    MockResponse answer = take(call);
    if (call.isWrite() && !call.isEvent() && answer.code() < 400) {
      writes.add(call.said());
    }
    return answer;
  }

  private MockResponse take(Call call) {
    synchronized (store) {
      return call.name().isEmpty() ? ofCollection(call) : ofObject(call);
    }
  }

  private MockResponse ofCollection(Call call) {
    if (call.method() == HttpMethod.POST) {
      return create(call);
    }
    if (call.method() != HttpMethod.GET || call.plural().isEmpty()) {
      return refusal(404, "no such resource", "");
    }
    if (call.query().containsKey("watch")) {
      return watchers.open(call);
    }
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.put("apiVersion", "v1").put("kind", "List");
    list.putObject("metadata").put("resourceVersion", String.valueOf(store.version()));
    ArrayNode items = list.putArray("items");
    store.list(call).stream().filter(object -> Selector.matches(call, object)).forEach(items::add);
    return ok(list);
  }

  private MockResponse create(Call call) {
    ObjectNode object = (ObjectNode) call.json();
    ObjectNode owner = ManagedFields.entry(CLIENT, "Update", object);
    metadata(object).putArray("managedFields").add(owner);
    String prefix = metadata(object).path("generateName").asText();
    String name = metadata(object).path("name").asText(prefix + UUID.randomUUID());
    if (call.group().startsWith(OUR_GROUP)) {
      object.remove("status");
    }
    Store.Key key = new Store.Key(call.group(), call.plural(), call.namespace(), name);
    return store.create(key, object)
        ? new MockResponse().setResponseCode(201).setBody(object.toString())
        : refusal(409, call.plural() + " \"" + name + "\" already exists", "");
  }

  private MockResponse ofObject(Call call) {
    Store.Key key = new Store.Key(call.group(), call.plural(), call.namespace(), call.name());
    ObjectNode object = store.get(key);
    if (object == null) {
      return refusal(404, call.plural() + " \"" + call.name() + "\" not found", "");
    }
    if (call.part().equals("scale")) {
      return scale(call, key, object);
    }
    return switch (call.method()) {
      case GET -> ok(object);
      case PUT -> update(call, key, object, (ObjectNode) call.json());
      case PATCH -> patch(call, key, object);
      case DELETE -> delete(call, key, object);
      default -> refusal(405, "not allowed", "");
    };
  }

  private MockResponse delete(Call call, Store.Key key, ObjectNode object) {
    JsonNode wanted = call.body().isEmpty() ? object.objectNode() : call.json();
    if (isOfAnother(wanted.path("preconditions"), metadata(object))) {
      return modified();
    }
    store.delete(key);
    return ok(object);
  }

  private MockResponse patch(Call call, Store.Key key, ObjectNode object) {
    JsonNode wanted = call.json();
    ObjectNode patched = object.deepCopy();
    if (call.contentType().contains("apply-patch")) {
      // Stricter than kube-apiserver, which takes a status whatever UID the patch names.
      if (isOfAnother(wanted.path("metadata"), metadata(object))) {
        return modified();
      }
      if (call.part().equals("status")) {
        Optional<String> undeclared = crds.undeclared(key, wanted);
        if (undeclared.isPresent()) {
          return refusal(500, undeclared.get(), "");
        }
        patched.set("status", wanted.get("status")); // nobody but us owns any of it
      } else {
        apply(patched, wanted, call.query().getOrDefault("fieldManager", ""));
      }
    } else if (call.contentType().contains("merge-patch")) {
      ManagedFields.merge(patched, wanted);
    } else {
      patched = (ObjectNode) JsonPatch.apply(wanted, patched);
    }
    return update(call, key, object, patched);
  }

  /** A status is written on its own; of a custom resource it is written in no other way. */
  private MockResponse update(Call call, Store.Key key, ObjectNode object, ObjectNode wanted) {
    if (isOfAnother(metadata(wanted), metadata(object))) {
      return modified();
    }
    boolean ofStatus = call.part().equals("status");
    ObjectNode next = ofStatus ? object.deepCopy() : wanted;
    if (ofStatus) {
      next.set("status", wanted.path("status"));
    } else if (key.group().startsWith(OUR_GROUP)) {
      next.remove("status");
      if (object.has("status")) {
        next.set("status", object.get("status"));
      }
    }
    return ok(store.replace(key, next));
  }

  private static boolean isOfAnother(JsonNode wanted, JsonNode metadata) {
    return Stream.of("uid", "resourceVersion")
        .anyMatch(name -> wanted.has(name) && !wanted.get(name).equals(metadata.get(name)));
  }

  private static void apply(ObjectNode object, JsonNode wanted, String manager) {
    ArrayNode entries = metadata(object).withArray("managedFields");
    for (int i = entries.size() - 1; i >= 0; i--) {
      JsonNode entry = entries.get(i);
      if (entry.path("manager").asText().equals(manager)
          && entry.path("operation").asText().equals("Apply")) {
        ManagedFields.drop(object, entry.get("fieldsV1"), wanted);
        entries.remove(i);
      }
    }
    ManagedFields.merge(object, wanted);
    metadata(object)
        .set("managedFields", entries.add(ManagedFields.entry(manager, "Apply", wanted)));
  }

  private MockResponse scale(Call call, Store.Key key, ObjectNode read) {
    ObjectNode deployment = read;
    if (call.method() == HttpMethod.PUT) {
      int other = overtake.getAndSet(-1);
      if (other >= 0) {
        deployment.withObject("/spec").put("replicas", other);
        deployment = store.replace(key, deployment).deepCopy();
      }
      JsonNode scale = call.json();
      if (isOfAnother(scale.path("metadata"), metadata(deployment))) {
        return modified();
      }
      deployment.withObject("/spec").set("replicas", scale.path("spec").path("replicas"));
      deployment = store.replace(key, deployment);
    }
    ObjectNode scale = deployment.objectNode().put("apiVersion", "autoscaling/v1");
    scale.put("kind", "Scale").set("metadata", metadata(deployment).deepCopy());
    metadata(scale).remove(List.of("managedFields", "ownerReferences", "labels"));
    scale.putObject("spec").put("replicas", deployment.path("spec").path("replicas").asInt(1));
    return ok(scale);
  }

  private static MockResponse ok(ObjectNode object) {
    return new MockResponse().setResponseCode(200).setBody(object.toString());
  }

  private static MockResponse modified() {
    return refusal(409, "the object has been modified", "");
  }

  /** As the API server says no; {@code cause} may be empty. */
  public static MockResponse refusal(int status, String message, String cause) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("kind", "Status");
    body.put("apiVersion", "v1").put("code", status).put("message", message);
    body.putObject("details").putArray("causes").addObject().put("reason", cause);
    return new MockResponse().setResponseCode(status).setBody(body.toString());
  }

  @Override
  public void close() {
    server.shutdown();
    watchers.close();
  }
}
