package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people can say about waking: by hand, by call, how long they wait, how long it may take. */
class WakingByHandE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("by-hand");

  @Test
  void anAnnotationWakesOncePerValue() {
    Endpoint endpoint = SANDBOX.addOne("annotated").with("scaling.idleSeconds", 3).apply();
    endpoint.awaitAsleep();
    for (String value : List.of("now", "again")) {
      endpoint.annotate("reveille.dev/wake=" + value);
      endpoint.awaitState(READY);
      assertEquals(value, endpoint.status().wakeFollowed());
      endpoint.awaitAsleep();
    }
    assertEquals(null, endpoint.status().coldStarts(), "nobody waited");
  }

  @Test
  void aWakeCallWakesAndWaitsIfAsked() {
    Endpoint endpoint = SANDBOX.addOne("called").with("scaling.idleSeconds", 3).apply();
    endpoint.awaitAsleep();
    String path = "/reveille/v1/namespaces/" + SANDBOX.namespace() + "/endpoints/called/wake";
    Answer waking =
        SANDBOX.gateway().send(SANDBOX.gateway().request(path).POST(BodyPublishers.noBody()));
    assertEquals("waking", waking.expect(202).json().path("state").asText());
    Answer ready =
        SANDBOX
            .gateway()
            .send(
                SANDBOX
                    .gateway()
                    .request(path)
                    .header("Prefer", "wait=30")
                    .POST(BodyPublishers.noBody()));
    assertEquals("ready", ready.expect(200).json().path("state").asText());
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    endpoint.awaitAsleep();
  }

  @Test
  void aClientBoundsItsWaitAndIsToldWhenToComeBack() {
    Endpoint endpoint = SANDBOX.addOne("preferred").with("scaling.idleSeconds", 3).apply();
    endpoint.awaitAsleep();
    Answer refused =
        SANDBOX
            .gateway()
            .send(endpoint.inferring(AddOne.request(1)).header("Prefer", "wait=0"))
            .expectRefusal(504, "WaitedTooLong");
    assertEquals("wait=0", refused.header("Preference-Applied").orElse("none"));
    assertTrue(Integer.parseInt(refused.header("Retry-After").orElse("0")) > 0);
    endpoint.awaitState(READY);
  }

  @Test
  void aColdStartTargetThatIsMissedIsTold() {
    Endpoint endpoint =
        SANDBOX
            .addOne("targeted")
            .with("scaling.idleSeconds", 2)
            .with("activation.coldStartTargetMillis", 1)
            .apply();
    endpoint.awaitCondition("ColdStartWithinTarget", "Unknown", "NoColdStart");
    endpoint.awaitAsleep();
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    endpoint.awaitCondition("ColdStartWithinTarget", "False", "TargetMissed");
    Await.that(
        "an Event says so",
        () -> SANDBOX.events("InferenceEndpoint", endpoint.name()),
        events -> events.stream().anyMatch(event -> event.startsWith("TargetMissed: ")));
    Await.that(
        "an Event tells the cold start",
        () -> SANDBOX.events("InferenceEndpoint", endpoint.name()),
        events ->
            events.stream().anyMatch(event -> event.startsWith("ColdStart: answered after ")));
    endpoint.with("activation.coldStartTargetMillis", 60000).apply();
    endpoint.awaitCondition("ColdStartWithinTarget", "True", "WithinTarget");
  }
}
