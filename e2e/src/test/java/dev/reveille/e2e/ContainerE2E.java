package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.ASLEEP;
import static dev.reveille.crds.EndpointState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is not ours, and says no hello, is woken, called and put to sleep alike. */
class ContainerE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("container");

  @Test
  void aServerOfTheUsersOwnWakesAnswersAndSleeps() {
    Endpoint endpoint =
        SANDBOX
            .endpoint("own")
            .with("container.image", ModelSource.image())
            .with("container.readinessPath", "/healthz")
            .with("container.resources", Sandbox.SMALL)
            .with("scaling.idleSeconds", 2)
            .apply();
    endpoint.awaitAsleep();
    try (var history = endpoint.history()) {
      String sent = "{\"any\": \"body\"}";
      Answer answer = SANDBOX.gateway().post(endpoint.path("/echo"), sent).expect(200);
      assertEquals(sent, answer.json().path("body").asText());
      assertEquals("/echo", answer.json().path("uri").asText());
      answer.timing().expectSound(answer.millis());
      System.out.println("own container: " + answer.timing());
      history.awaitStates(READY, ASLEEP);
    }
    endpoint.awaitAsleep();
  }
}
