package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.ApiRequests;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Endpoints that cannot serve, all at once beside one that can: each tells its callers and its
 * owner why, nothing loops, and the one that can does not notice.
 */
@Isolated("it fills the depot, and counts what is written")
class PoisonE2E {
  /** At once: whichever activator they come to, five of them fail in a row at one. */
  private static final int CALLS = 12;

  private static final int SECONDS = 6;

  /** An endpoint whose pods come up, fail and are told of costs 45, Kubernetes' own included. */
  private static final int WRITES_OF_ONE = 60;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("poison");

  /**
   * One kind of poison.
   *
   * @param refusal status and reason of the answer
   * @param condition type and reason of the condition that tells its owner; empty: none
   */
  private record Poison(
      String name, UnaryOperator<Endpoint> made, String path, String refusal, String condition) {

    /** A model that cannot be had. */
    static Poison model(String name, String uri, String reason) {
      return new Poison(
          name,
          endpoint ->
              endpoint.with("model.storageUri", uri).with("server.resources", Sandbox.SMALL),
          "/v2/models/" + name + "/infer",
          "503 " + reason,
          "ModelAvailable ModelUnavailable");
    }

    /** A server that does not behave. */
    static Poison server(
        String name, String readiness, String path, String refusal, String condition) {
      return new Poison(
          name,
          endpoint ->
              endpoint
                  .with("container.image", ModelSource.image())
                  .with("container.readinessPath", readiness)
                  .with(
                      "container.resources",
                      Map.of(
                          "requests", Map.of("cpu", "20m", "memory", "32Mi"),
                          "limits", Map.of("memory", "64Mi")))
                  .with("requests.timeoutSeconds", 2),
          path,
          refusal,
          condition);
    }

    Poison with(String path, Object value) {
      return new Poison(
          name, endpoint -> made.apply(endpoint).with(path, value), this.path, refusal, condition);
    }

    Poison told(String otherwise) {
      return new Poison(name, made, path, refusal, otherwise);
    }
  }

  private static final List<Poison> POISONS =
      List.of(
          Poison.model("missing", ModelSource.uri("no-such-model.onnx"), "SourceNotFound"),
          Poison.model("digest", ModelSource.uri(AddOne.FILE), "DigestMismatch")
              .with("model.digest", "sha256:" + "0".repeat(64)),
          Poison.model("large", ModelSource.zeros("large", 3_000_000_000L), "TooLarge"),
          Poison.model("corrupt", ModelSource.uri("corrupt.onnx"), "ModelInvalid")
              .told("Ready ModelFailed"),
          Poison.server("memory", "/fill", "/ok", "503 OutOfMemory", "Ready OutOfMemory"),
          Poison.server("never", "/no-such-path", "/ok", "504 WaitedTooLong", ""),
          Poison.server(
              "garbage", "/ok", "/garbage", "502 BackendBroke", "BackendsHealthy Failing"),
          Poison.server("closes", "/ok", "/close", "502 BackendBroke", "BackendsHealthy Failing"),
          Poison.server("hangs", "/ok", "/hang", "504 BackendTimeout", "BackendsHealthy Failing"));

  /** Calls one endpoint all the while, and notes how long each answer took. */
  private static final class Neighbour implements AutoCloseable {
    private final Endpoint endpoint;
    private final List<Double> millis = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> calling;

    Neighbour(Endpoint endpoint) {
      this.endpoint = endpoint;
      this.calling = CompletableFuture.runAsync(this::call);
    }

    private void call() {
      for (int x = 0; !over.get(); x++) {
        Answer answer = AddOne.check(x, endpoint.infer(AddOne.request(x)));
        synchronized (millis) {
          millis.add(answer.millis());
        }
      }
    }

    /** Of all since the last time; fails if one was not answered. */
    String sinceThen() {
      if (calling.isDone()) {
        calling.join();
      }
      double[] sorted;
      synchronized (millis) {
        sorted = millis.stream().mapToDouble(each -> each).sorted().toArray();
        millis.clear();
      }
      return "N=%d p50 %.1f p99 %.1f ms"
          .formatted(
              sorted.length, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)]);
    }

    int calls() {
      synchronized (millis) {
        return millis.size();
      }
    }

    @Override
    public void close() {
      over.set(true);
      calling.join();
    }
  }

  @Test
  void eachTellsWhyAndNobodyElseNotices() {
    Endpoint healthy = SANDBOX.addOne("healthy").with("scaling.minReplicas", 1).apply();
    Await.until("the neighbour serves", () -> healthy.infer(AddOne.request(1)).status() == 200);
    try (Neighbour neighbour = new Neighbour(healthy)) {
      Await.until("it is called for a while", () -> neighbour.calls() > 200);
      String before = neighbour.sinceThen();
      ApiRequests soFar = ApiRequests.soFar(SANDBOX.client());
      Map<Poison, Endpoint> applied = new LinkedHashMap<>();
      for (Poison poison : POISONS) {
        applied.put(poison, apply(poison));
      }
      applied.forEach(PoisonE2E::awaitSettled);
      Map<Poison, List<CompletableFuture<Answer>>> asked = new LinkedHashMap<>();
      applied.forEach((poison, endpoint) -> asked.put(poison, call(poison, endpoint)));
      asked.forEach(PoisonE2E::expectAnswers);
      applied.forEach(PoisonE2E::expectTold);
      System.out.println("the neighbour before: " + before + "; beside: " + neighbour.sinceThen());
      expectNoLoop(soFar);
    }
  }

  private static Endpoint apply(Poison poison) {
    return poison
        .made()
        .apply(SANDBOX.endpoint(poison.name()))
        .with("scaling.maxReplicas", 1)
        .with("activation.maxWaitSeconds", poison.name().equals("never") ? SECONDS : 60)
        .apply();
  }

  /** Its model is had, or is known not to be. */
  private static void awaitSettled(Poison poison, Endpoint endpoint) {
    endpoint.await(
        "is known",
        status ->
            status.conditions() != null
                && status.conditions().stream()
                    .filter(
                        each ->
                            Stream.of("Ready", "ModelAvailable").anyMatch(each.getType()::equals))
                    .noneMatch(each -> each.getStatus().equals("Unknown")));
  }

  private static List<CompletableFuture<Answer>> call(Poison poison, Endpoint endpoint) {
    return Stream.generate(
            () ->
                SANDBOX
                    .gateway()
                    .sendAsync(
                        SANDBOX.gateway().posting(endpoint.path(poison.path()), AddOne.request(1))))
        .limit(CALLS)
        .toList();
  }

  private static void expectAnswers(Poison poison, List<CompletableFuture<Answer>> asked) {
    String[] refusal = poison.refusal().split(" ");
    List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();
    answers.forEach(each -> each.expectRefusal(Integer.parseInt(refusal[0]), refusal[1]));
    System.out.println(poison.name() + ": " + answers.getFirst());
  }

  private static void expectTold(Poison poison, Endpoint endpoint) {
    if (poison.condition().isEmpty()) {
      return;
    }
    String[] condition = poison.condition().split(" ");
    var told = endpoint.awaitCondition(condition[0], "False", condition[1]);
    System.out.println(poison.name() + ": " + told.getReason() + ": " + told.getMessage());
    Await.that(
        poison.name() + " has an Event that tells why",
        () -> SANDBOX.events("InferenceEndpoint", endpoint.name()),
        events -> events.stream().anyMatch(each -> each.startsWith(condition[1] + ": ")));
  }

  private static void expectNoLoop(ApiRequests before) {
    ApiRequests writes = ApiRequests.soFar(SANDBOX.client()).since(before).writesOfEndpoints();
    System.out.println("API writes of " + POISONS.size() + " poisoned endpoints: " + writes);
    assertTrue(writes.sum() <= (long) WRITES_OF_ONE * POISONS.size(), writes::toString);
    int pods = SANDBOX.client().pods().inNamespace(SANDBOX.namespace()).list().getItems().size();
    long wanted =
        POISONS.stream().filter(each -> !each.condition().startsWith("ModelAvailable")).count();
    assertEquals(wanted + 1, pods, "one pod each, and the neighbour's; none for a missing model");
  }
}
