package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.entrance.Entrance;
import dev.reveille.activator.home.Sibling;
import dev.reveille.activator.wake.Scaler;
import dev.reveille.activator.watch.KubernetesWatch;
import dev.reveille.activator.watch.PodSeen;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A real activator on loopback; the cluster around it is played by the test. */
final class Running implements AutoCloseable {
  static final Keys KEYS = Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[32]));

  final Vertx vertx;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final AtomicInteger raised = new AtomicInteger();
  final AtomicInteger replicas = new AtomicInteger();
  final Activator activator;

  /** Vert.x closes a client that nobody holds. */
  final List<Object> held = new CopyOnWriteArrayList<>();

  volatile Runnable onRaise = () -> {};
  volatile boolean watching;
  volatile Scaler.Outcome scaling = new Scaler.Outcome.Enough();
  volatile List<Sibling> siblings = List.of();
  volatile List<String> peers = List.of();

  Running(Path depot) throws Exception {
    this(depot, "activator");
  }

  /** One of several, of that name. */
  Running(Path depot, String pod) throws Exception {
    this(depot, pod, Map.of());
  }

  /** One that is set up otherwise. */
  Running(Path depot, String pod, Map<String, String> settings) throws Exception {
    Map<String, String> env =
        new HashMap<>(
            Map.of(
                "REVEILLE_NAMESPACE", "reveille",
                "POD_NAME", pod,
                "REVEILLE_PORT", "0",
                "REVEILLE_INTERNAL_PORT", "0",
                "REVEILLE_METRICS_PORT", "0",
                "REVEILLE_DEPOT_DIR", depot.toString(),
                "REVEILLE_MAX_MODEL_BYTES", "1000000",
                "REVEILLE_ALLOW_PRIVATE_SOURCES", "true",
                "REVEILLE_DRAIN_SECONDS", "0"));
    env.putAll(settings);
    Config config = Config.parse(env);
    vertx = Entrance.guarded(config.clientHead());
    Scaler scaler =
        (namespace, name, wanted) -> {
          replicas.set(wanted);
          if (scaling instanceof Scaler.Outcome.Forbidden) {
            return scaling;
          }
          if (raised.getAndIncrement() == 0) {
            onRaise.run();
            return new Scaler.Outcome.Raised();
          }
          return new Scaler.Outcome.Enough();
        };
    activator =
        new Activator(
            vertx,
            config,
            new Activator.Outside(
                KEYS,
                scaler,
                () -> true,
                () -> true,
                () -> watching,
                () -> List.copyOf(peers),
                () -> siblings,
                () -> Set.copyOf(peers)));
    activator.start();
  }

  /** An endpoint demo/NAME. */
  void endpoint(String name, InferenceEndpointSpec spec) {
    endpoint(name, spec, null);
  }

  void endpoint(String name, InferenceEndpointSpec spec, @Nullable InferenceEndpointStatus status) {
    endpoint(name, spec, status, 1);
  }

  /** The same, as it is after so many changes of its spec. */
  void endpoint(
      String name,
      InferenceEndpointSpec spec,
      @Nullable InferenceEndpointStatus status,
      long generation) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName(name);
    endpoint.getMetadata().setNamespace("demo");
    endpoint.getMetadata().setUid("uid-" + name);
    endpoint.getMetadata().setGeneration(generation);
    endpoint.setSpec(spec);
    if (status != null) {
      endpoint.setStatus(status);
    }
    new KubernetesWatch.Sinks(activator.endpoints(), activator.pods(), activator.depot())
        .put(endpoint);
  }

  /**
   * A pod as the watch shows it; {@code owner} is an endpoint's UID, {@code pool} a pool's name.
   */
  void pod(String uid, String owner, String pool, String host) {
    activator
        .pods()
        .seen(
            new PodSeen(
                uid, "demo", "pod-" + uid, owner, pool, "r1", "2026-01-01", host, "node", false));
  }

  void gone(String uid, String owner, String pool, String host) {
    activator
        .pods()
        .gone(
            new PodSeen(
                uid, "demo", "pod-" + uid, owner, pool, "r1", "2026-01-01", host, "node", true));
  }

  static InferenceEndpointSpec inImage() {
    return InferenceEndpointSpec.of(ModelSpec.at("image:///m.onnx"));
  }

  int hello(String name, String instance, int port, String state) throws Exception {
    return hello(name, instance, port, state, KEYS.endpoint("uid-" + name, "r1", ""));
  }

  int hello(String name, String instance, int port, String state, String key) throws Exception {
    return helloOf("uid-" + name, instance, port, state, key);
  }

  int helloOf(String uid, String instance, int port, String state, String key) throws Exception {
    String body =
        """
        {"uid": "%s", "revision": "r1", "modelId": "", "instance": "%s", "port": %d, "state": "%s",
         "reason": "ModelInvalid", "message": "no graph",
         "timeline": {"main": 1.0, "http": 2.0, "fetched": 3.0, "session": 4.0, "warm": 5.0, "sent": 6.0}}
        """
            .formatted(uid, instance, port, state);
    return internal("POST", Wire.HELLO_PATH, body, key).statusCode();
  }

  /** As the operator puts an endpoint to sleep. */
  void sleep(String name) throws Exception {
    String path = Wire.FENCES_PATH + "uid-" + name;
    internal("PUT", path, "{\"id\":\"sleep\",\"seconds\":30}", KEYS.operator());
    internal("DELETE", path + "?fence=sleep&slept=true", "", KEYS.operator());
  }

  HttpResponse<String> internal(String method, String path, String body, String key)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + activator.internalPort() + path))
            .header("Authorization", "Bearer " + key)
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> call(String name, String body) {
    return http.sendAsync(
        HttpRequest.newBuilder(uri(name, "/x"))
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  URI uri(String name, String path) {
    return URI.create(
        "http://127.0.0.1:" + activator.dataPort() + "/namespaces/demo/endpoints/" + name + path);
  }

  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what);
      Thread.onSpinWait();
    }
  }

  /** A figure of the activator's as a scrape shows it. */
  double figure(String series) {
    try {
      return internal("GET", "/metrics", "", "")
          .body()
          .lines()
          .filter(line -> line.startsWith(series + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
          .sum();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  int queued(String name) {
    return activator.endpoints().named("demo", name).gate().census(System.nanoTime()).queued();
  }

  int inFlight(String name) {
    return activator.endpoints().named("demo", name).gate().census(System.nanoTime()).inFlight();
  }

  @Override
  public void close() {
    http.shutdownNow();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
