package dev.reveille.operator.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.Await;
import dev.reveille.operator.kit.Controllers;
import dev.reveille.operator.kit.FakeActivator;
import dev.reveille.operator.reconcile.OperatorProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.http.MockResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A cluster with an operator and many endpoints, each in its namespace, that are edited at once.
 */
public final class Village implements AutoCloseable {
  private static final Duration QUIET = Duration.ofMillis(1200); // the load is polled once a second

  private final ApiServer api = new ApiServer();
  private final Controllers controllers = new Controllers(api);
  private final FakeActivator activator = new FakeActivator();
  private final Map<String, Scene> scenes = new ConcurrentSkipListMap<>();
  private final Map<String, String> written = new ConcurrentSkipListMap<>();
  private final Looks looks = new Looks();
  private final KubernetesClient client = api.client();
  private final OperatorProcess operator;

  public Village() {
    activator.load(() -> Traffic.of(scenes.values()));
    api.road(
        (call, answer) -> {
          if (call.isWrite() && call.isEvent()) {
            return new MockResponse().setResponseCode(201).setBody(call.body()); // nobody reads it
          }
          if (call.isWrite()) {
            written.put(call.namespace(), call.said() + " " + call.body());
          }
          return answer.get();
        });
    operator = new OperatorProcess(client, activator, looks).start();
  }

  /** An endpoint with this spec in each of these namespaces. */
  public void make(Map<String, ObjectNode> specs) {
    specs.forEach(
        (namespace, spec) -> {
          Scene scene = new Scene(namespace, api);
          scenes.put(namespace, scene);
          scene.endpoint(spec.toString());
        });
    settle(specs);
  }

  /** Each endpoint gets its other spec; a second look at them must not write. */
  public void edit(Map<String, ObjectNode> specs) {
    specs.forEach((namespace, spec) -> scenes.get(namespace).rewrite(spec));
    settle(specs);
    written.clear();
    List<String> uids =
        specs.keySet().stream().flatMap(name -> Looks.at(scenes.get(name)).stream()).toList();
    Map<String, Integer> before = new TreeMap<>();
    uids.forEach(uid -> before.put(uid, looks.count(uid)));
    operator.lookAgain();
    uids.forEach(uid -> await(() -> looks.count(uid) > before.get(uid)));
    written
        .keySet()
        .forEach(
            namespace ->
                assertEquals(
                    "",
                    written.get(namespace),
                    "a second look writes nothing\n  spec: " + specs.get(namespace)));
  }

  /** Where endpoints that are made so differ from those that became so; empty: nowhere. */
  public String differenceFromNew(Map<String, ObjectNode> specs) {
    Map<String, ObjectNode> twins = new TreeMap<>();
    specs.forEach((namespace, spec) -> twins.put("twin-of-" + namespace, spec));
    make(twins);
    for (String namespace : specs.keySet()) {
      Scene twin = scenes.get("twin-of-" + namespace);
      String difference =
          Normal.difference(Normal.ofMade(twin), Normal.ofMade(scenes.get(namespace)));
      if (!difference.isEmpty()) {
        return difference + "\n  spec: " + specs.get(namespace);
      }
    }
    twins
        .keySet()
        .forEach(
            namespace -> {
              scenes.get(namespace).delete("inferenceendpoints", "minilm");
              scenes.remove(namespace);
            });
    return "";
  }

  private void settle(Map<String, ObjectNode> specs) {
    specs
        .keySet()
        .forEach(
            namespace -> scenes.get(namespace).await("its generation was seen", Village::isSeen));
    long version;
    do {
      version = api.store().version();
      LockSupport.parkNanos(QUIET.toNanos());
    } while (api.store().version() != version);
  }

  private static boolean isSeen(Scene scene) {
    JsonNode endpoint = scene.get("inferenceendpoints", "minilm");
    return endpoint.path("status").path("observedGeneration").asLong()
        == endpoint.path("metadata").path("generation").asLong();
  }

  private static void await(BooleanSupplier good) {
    Await.that("a second look", good::getAsBoolean, seen -> seen);
  }

  @Override
  public void close() {
    operator.close();
    client.close();
    controllers.close();
    activator.close();
    api.close();
  }
}
