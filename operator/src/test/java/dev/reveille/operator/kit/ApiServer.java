package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.crds.Api;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * fabric8's in-memory API server, taught what the operator relies on: server-side apply with field
 * ownership, the preconditions of merge patches, deletions and the scale subresource, and refusals
 * on demand.
 */
public final class ApiServer extends KubernetesCrudDispatcher implements AutoCloseable {
  private static final String APPLY = "apply-patch";
  private static final String MERGE = "merge-patch";
  private static final String CLIENT = "fabric8-kubernetes-client";

  private final KubernetesMockServer server =
      new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), this, false);
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final Set<String> conflicts = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile List<String> dropped = List.of();
  private volatile boolean ending;
  private final AtomicInteger overtake = new AtomicInteger(-1);

  public ApiServer() {
    super(List.of(custom(Api.KIND, Api.PLURAL), custom(Api.POOL_KIND, Api.POOL_PLURAL)));
    server.init();
  }

  private static CustomResourceDefinitionContext custom(String kind, String plural) {
    return new CustomResourceDefinitionContext.Builder()
        .withGroup(Api.GROUP)
        .withVersion(Api.VERSION)
        .withKind(kind)
        .withPlural(plural)
        .withScope("Namespaced")
        .withStatusSubresource(true)
        .build();
  }

  public KubernetesClient client() {
    return server.createClient();
  }

  /** Writes so far, such as {@code POST deployments/minilm}; Events are left out. */
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

  /** Its CRD is older: it does not keep these fields of a status. */
  public void dropStatusFields(List<String> names) {
    dropped = names;
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
    String path = request.getPath().replaceFirst("[?].*", "");
    boolean reads = request.method() == HttpMethod.GET;
    String write = request.method() + " " + path.replaceFirst(".*/namespaces/[^/]+/", "");
    String message = reads ? null : refusals.get(write);
    if (message != null) {
      refused.incrementAndGet();
      return refusal(403, message, "");
    }
    if (conflicts.contains(write) || isOfAnother(request, path)) {
      return refusal(409, "the object has been modified", "");
    }
    if (ending && request.method() == HttpMethod.POST && !path.contains("/events")) {
      refused.incrementAndGet();
      return refusal(403, "unable to create new content", "NamespaceTerminating");
    }
    if (!reads && !path.contains("/events")) {
      writes.add(write);
    }
    return path.endsWith("/scale") ? scale(request, path) : super.dispatch(request);
  }

  private static MockResponse refusal(int status, String message, String cause) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("kind", "Status");
    body.put("apiVersion", "v1").put("code", status).put("message", message);
    body.putObject("details").putArray("causes").addObject().put("reason", cause);
    return new MockResponse().setResponseCode(status).setBody(body.toString());
  }

  @Override
  public MockResponse handleCreate(RecordedRequest request) {
    ObjectNode object = (ObjectNode) json(request.getUtf8Body());
    ObjectNode owner = ManagedFields.entry(CLIENT, "Update", object);
    metadata(object).putArray("managedFields").add(owner);
    return super.handleCreate(with(request, HttpMethod.POST, request.getPath(), object));
  }

  @Override
  public MockResponse handlePatch(RecordedRequest request) {
    String type = String.valueOf(request.getHeader("Content-Type"));
    if (!type.contains(APPLY) && !type.contains(MERGE)) {
      return super.handlePatch(request);
    }
    JsonNode wanted = json(request.getUtf8Body());
    String path = request.getPath().replaceFirst("[?].*", "");
    MockResponse current = super.handleGet(path.replaceFirst("/status$", ""));
    if (current.code() != 200) {
      return current;
    }
    ObjectNode object = (ObjectNode) json(current.getBody().readUtf8());
    if (path.endsWith("/status")) {
      object.set("status", wanted.get("status"));
      ((ObjectNode) object.get("status")).remove(dropped);
    } else if (type.contains(APPLY)) {
      apply(object, wanted, manager(request.getPath()));
    } else if (isOfAnother(wanted.path("metadata"), metadata(object))) {
      return refusal(409, "the object has been modified", "");
    } else {
      ManagedFields.merge(object, wanted);
    }
    return super.handleUpdate(with(request, HttpMethod.PUT, path, object));
  }

  private boolean isOfAnother(RecordedRequest request, String path) {
    if (request.method() != HttpMethod.DELETE) {
      return false;
    }
    MockResponse current = super.handleGet(path);
    String options = request.getUtf8Body();
    return current.code() == 200
        && !options.isEmpty()
        && isOfAnother(
            json(options).path("preconditions"),
            metadata((ObjectNode) json(current.getBody().readUtf8())));
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

  private static String manager(String path) {
    return path.replaceFirst(".*fieldManager=([^&]+).*", "$1");
  }

  private MockResponse scale(RecordedRequest request, String path) {
    String of = path.replaceFirst("/scale$", "");
    MockResponse current = super.handleGet(of);
    if (current.code() != 200) {
      return current;
    }
    ObjectNode deployment = (ObjectNode) json(current.getBody().readUtf8());
    if (request.method() == HttpMethod.PUT) {
      int other = overtake.getAndSet(-1);
      if (other >= 0) {
        ((ObjectNode) deployment.get("spec")).put("replicas", other);
        MockResponse overtaken = super.handleUpdate(with(request, HttpMethod.PUT, of, deployment));
        deployment = (ObjectNode) json(overtaken.getBody().readUtf8());
      }
      JsonNode scale = json(request.getUtf8Body());
      JsonNode version = scale.path("metadata").path("resourceVersion");
      if (!version.equals(metadata(deployment).get("resourceVersion"))) {
        return refusal(409, "the object has been modified", "");
      }
      ((ObjectNode) deployment.get("spec")).set("replicas", scale.path("spec").path("replicas"));
      MockResponse updated = super.handleUpdate(with(request, HttpMethod.PUT, of, deployment));
      deployment = (ObjectNode) json(updated.getBody().readUtf8());
    }
    ObjectNode scale = deployment.objectNode().put("apiVersion", "autoscaling/v1");
    scale.put("kind", "Scale").set("metadata", metadata(deployment).deepCopy());
    metadata(scale).remove(List.of("managedFields", "ownerReferences", "labels"));
    scale.putObject("spec").put("replicas", deployment.path("spec").path("replicas").asInt(1));
    return new MockResponse().setResponseCode(200).setBody(scale.toString());
  }

  private static ObjectNode metadata(ObjectNode object) {
    return (ObjectNode) object.get("metadata");
  }

  private static JsonNode json(String text) {
    return Serialization.unmarshal(text, JsonNode.class);
  }

  private static RecordedRequest with(
      RecordedRequest request, HttpMethod method, String path, JsonNode body) {
    return new RecordedRequest(
        request.getHttpVersion(),
        method,
        path,
        request.getHeaders(),
        new Buffer().writeUtf8(body.toString()));
  }

  @Override
  public void close() {
    server.destroy();
  }
}
