package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model that cannot serve: everybody is told why, nothing loops, and it can be put right. */
class BrokenModelE2E {
  private static final int CALLS = 6;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("broken");

  @Test
  void aPodThatCannotLoadItsModelSaysSoAndStaysUp() {
    Endpoint endpoint =
        SANDBOX
            .addOne("corrupt")
            .with("model.storageUri", ModelSource.uri("corrupt.onnx"))
            .with("scaling.idleSeconds", 60)
            .apply();
    endpoint.awaitState(EndpointState.ASLEEP);

    endpoint.infer(AddOne.request(1)).expectRefusal(503, "ModelInvalid");

    endpoint.awaitState(EndpointState.FAILED);
    var ready = endpoint.awaitCondition("Ready", "False", "ModelFailed");
    assertTrue(ready.getMessage().startsWith("ModelInvalid: "), ready::toString);
    // Its hello is ahead of what the API shows of the pod.
    Await.that(
        "the pod is shown as running, never restarted",
        endpoint::pods,
        pods ->
            pods.size() == 1
                && "Running".equals(pods.getFirst().getStatus().getPhase())
                && pods.getFirst().getStatus().getContainerStatuses().stream()
                    .allMatch(container -> container.getRestartCount() == 0));
    endpoint.infer(AddOne.request(2)).expectRefusal(503, "ModelInvalid");

    correct(endpoint);
  }

  @Test
  void bytesOfAnotherDigestAreRefused() {
    Endpoint endpoint =
        SANDBOX
            .addOne("digest")
            .with("model.digest", "sha256:" + "0".repeat(64))
            .with("scaling.idleSeconds", 2)
            .apply();
    expectUnavailable(endpoint, "DigestMismatch");
    endpoint.without("model.digest");
    correct(endpoint);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Endpoint endpoint =
        SANDBOX
            .addOne("missing")
            .with("scaling.idleSeconds", 2)
            .with("model.storageUri", ModelSource.uri("no-such-model.onnx"))
            .apply();
    expectUnavailable(endpoint, "SourceNotFound");
    correct(endpoint);
  }

  private static void expectUnavailable(Endpoint endpoint, String reason) {
    var condition = endpoint.awaitCondition("ModelAvailable", "False", "ModelUnavailable");
    assertTrue(condition.getMessage().startsWith(reason + ": "), condition::toString);
    endpoint.awaitState(EndpointState.FAILED);
    endpoint.infer(AddOne.request(1)).expectRefusal(503, reason);
    // An activator that is still asking the source for it wakes a pod meanwhile: it goes again.
    Await.until("no pod is kept up", () -> endpoint.wantedReplicas() == 0);
    try (var history = endpoint.history()) {
      Await.that("the history has begun", history::replicas, seen -> !seen.isEmpty());
      for (int x = 0; x < CALLS; x++) {
        endpoint.infer(AddOne.request(x)).expectRefusal(503, reason);
      }
      assertEquals(List.of(0), history.replicas(), "a model that is not there wakes no pod");
    }
  }

  private static void correct(Endpoint endpoint) {
    endpoint.with("model.storageUri", ModelSource.uri(AddOne.FILE)).apply();
    endpoint.await(
        "is corrected",
        status ->
            Endpoint.condition(status, "Ready")
                .filter(ready -> ready.getStatus().equals("True"))
                .isPresent());
    Answer answer = AddOne.check(3, endpoint.infer(AddOne.request(3)));
    assertEquals(200, answer.status());
  }
}
