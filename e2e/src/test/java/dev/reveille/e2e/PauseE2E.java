package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.ASLEEP;
import static dev.reveille.crds.EndpointState.PAUSED;
import static dev.reveille.crds.EndpointState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.SlowPost;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stopping an endpoint, for a while or for now: nothing is cut, and everybody is told. */
class PauseE2E {
  private static final String NO_SUCH_IMAGE = "registry.invalid/no-such-image:none";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("pause");

  @Test
  void aPauseFinishesWhatRunsKeepsNothingUpAndIsTakenBack() {
    Endpoint endpoint = SANDBOX.addOne("floored").with("scaling.minReplicas", 1).apply();
    endpoint.awaitState(READY);
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    SlowPost runs =
        new SlowPost(SANDBOX.gateway(), endpoint, "/v2/models/floored/infer", AddOne.request(2))
            .awaitRunning(SANDBOX, endpoint);

    endpoint.with("paused", true).apply().awaitState(PAUSED);
    assertEquals("Paused", endpoint.awaitCondition("Ready", "True", "Paused").getReason());
    Answer refused =
        Await.that(
            "every activator refuses",
            () -> endpoint.infer(AddOne.request(3)),
            answer -> answer.status() == 503);
    refused.expectRefusal(503, "Paused");
    assertTrue(
        refused.json().path("error").asText().contains("spec.paused: false"), refused.body());
    assertTrue(refused.json().path("error").asText().contains("paused by fabric8"), refused.body());
    assertEquals(1, endpoint.wantedReplicas(), "a request runs");
    AddOne.check(2, runs.finish());
    runs.close();
    Await.until("nothing is kept up", () -> endpoint.wantedReplicas() == 0);
    Await.that("no pod is left", endpoint::pods, List::isEmpty);
    expectNothingWakesIt(endpoint);

    endpoint.with("paused", false).apply().awaitState(READY);
    AddOne.check(4, endpoint.infer(AddOne.request(4)));
  }

  private static void expectNothingWakesIt(Endpoint endpoint) {
    String path =
        "/reveille/v1/namespaces/"
            + SANDBOX.namespace()
            + "/endpoints/"
            + endpoint.name()
            + "/wake";
    SANDBOX
        .gateway()
        .send(SANDBOX.gateway().request(path).POST(BodyPublishers.noBody()))
        .expectRefusal(503, "Paused");
    endpoint.annotate("reveille.dev/wake=now");
    awaitEvent(endpoint, "WakeIgnored: ");
    assertEquals(0, endpoint.wantedReplicas());
    String table = Command.run("kubectl", "get", "ie", endpoint.name(), "-n", SANDBOX.namespace());
    assertTrue(table.contains("Paused"), table);
  }

  @Test
  void whoWaitsWhenItIsPausedIsToldAtOnce() {
    Endpoint endpoint = SANDBOX.addOne("waited-for").with("server.image", NO_SUCH_IMAGE).apply();
    endpoint.awaitAsleep();
    CompletableFuture<Answer> waits =
        SANDBOX.gateway().sendAsync(endpoint.inferring(AddOne.request(1)));
    Await.until("it is being woken", () -> endpoint.wantedReplicas() == 1);
    Command.run(
        "kubectl",
        "patch",
        "ie",
        endpoint.name(),
        "-n",
        SANDBOX.namespace(),
        "--type=merge",
        "--patch={\"spec\": {\"paused\": true}}");
    Answer told = waits.join();
    told.expectRefusal(503, "Paused");
    assertTrue(
        told.json().path("error").asText().contains("paused by kubectl-patch (20"), told.body());
    String condition = endpoint.awaitCondition("Ready", "True", "Paused").getMessage();
    assertTrue(condition.contains("paused by kubectl-patch (20"), condition);
    Await.until("nothing is kept up", () -> endpoint.wantedReplicas() == 0);
  }

  @Test
  void anAnnotationPutsItToSleepNowUnlessAFloorKeepsItUp() {
    Endpoint endpoint = SANDBOX.addOne("sent-to-sleep").with("scaling.idleSeconds", 3600).apply();
    endpoint.awaitAsleep();
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    endpoint.awaitState(READY);
    long began = System.nanoTime();
    endpoint.annotate("reveille.dev/sleep=now");
    endpoint.await("sleeps", status -> status.state() == ASLEEP);
    System.out.printf("asleep %.1f s after it was asked%n", (System.nanoTime() - began) / 1e9);
    endpoint.awaitCondition("SleepFollowed", "True", "SleptAsAsked");
    assertEquals("now", endpoint.status().sleepFollowed());
    AddOne.check(2, endpoint.infer(AddOne.request(2)));

    endpoint.with("scaling.minReplicas", 1).apply();
    endpoint.annotate("reveille.dev/sleep=again");
    endpoint.awaitCondition("SleepFollowed", "False", "FloorKeepsItUp");
    awaitEvent(endpoint, "FloorKeepsItUp: ");
    AddOne.check(3, endpoint.infer(AddOne.request(3)));
  }

  private static void awaitEvent(Endpoint endpoint, String beginning) {
    Await.that(
        "an Event says " + beginning,
        () -> SANDBOX.events("InferenceEndpoint", endpoint.name()),
        events -> events.stream().anyMatch(event -> event.startsWith(beginning)));
  }
}
