package dev.reveille.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Beyond its bounds an endpoint refuses, quickly, and says why in a word and a sentence. */
class BoundsE2E {
  private static final String NO_SUCH_IMAGE = "registry.invalid/no-such-image:none";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("bounds");

  /** An endpoint that never gets its image, so that requests wait until a bound ends it. */
  private static Endpoint neverUp(String name) {
    return SANDBOX.addOne(name).with("server.image", NO_SUCH_IMAGE);
  }

  @Test
  void moreThanMayWaitAreRefusedAndThoseThatWaitTooLongToo() {
    int seconds = 4;
    Endpoint endpoint =
        neverUp("queue")
            .with("activation.maxQueued", 2)
            .with("activation.maxWaitSeconds", seconds)
            .apply();
    endpoint.awaitAsleep();
    List<Answer> answers =
        Stream.generate(() -> SANDBOX.gateway().sendAsync(endpoint.inferring(AddOne.request(1))))
            .limit(12)
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    List<Answer> refused = answers.stream().filter(answer -> answer.status() == 429).toList();
    List<Answer> late = answers.stream().filter(answer -> answer.status() == 504).toList();
    String counts =
        answers.stream()
            .collect(Collectors.groupingBy(Answer::status, Collectors.counting()))
            .toString();
    assertEquals(12, refused.size() + late.size(), counts);
    // The bound holds in each activator, and there are two.
    assertTrue(late.size() >= 2 && late.size() <= 4, counts);
    for (Answer answer : refused) {
      answer.expectRefusal(429, "QueueFull");
      assertTrue(answer.header("Retry-After").orElse("").matches("[1-9]\\d*"), answer::toString);
      assertTrue(answer.millis() < seconds * 1000, answer::toString);
    }
    for (Answer answer : late) {
      answer.expectRefusal(504, "WaitedTooLong");
      assertTrue(answer.millis() >= seconds * 1000, answer::toString);
    }
  }

  @Test
  void moreBytesThanMayWaitAreRefused() {
    Endpoint endpoint =
        neverUp("bytes")
            .with("activation.maxQueuedBytes", "1Ki")
            .with("activation.maxWaitSeconds", 4)
            .apply();
    endpoint.awaitAsleep();
    endpoint.infer(" ".repeat(2000) + AddOne.request(1)).expectRefusal(429, "QueueFull");
  }

  @Test
  void aBodyTooLargeIsRefusedAndWakesNothing() {
    Endpoint endpoint = SANDBOX.addOne("body").with("requests.maxBodyBytes", "1Ki").apply();
    endpoint.awaitAsleep();
    byte[] large = (" ".repeat(2000) + AddOne.request(1)).getBytes(UTF_8);
    SANDBOX
        .gateway()
        .send(endpoint.inferring("").POST(BodyPublishers.ofByteArray(large)))
        .expectRefusal(413, "BodyTooLarge");
    endpoint.awaitAsleep();

    // Of unknown length it may wake the endpoint before it turns out to be too large.
    SANDBOX
        .gateway()
        .send(
            endpoint
                .inferring("")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))))
        .expectRefusal(413, "BodyTooLarge");
    AddOne.check(5, endpoint.infer(AddOne.request(5)));
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    SANDBOX
        .gateway()
        .get("/namespaces/" + SANDBOX.namespace() + "/endpoints/nobody/v2/models/nobody")
        .expectRefusal(404, "UnknownEndpoint");
    SANDBOX
        .gateway()
        .send(
            SANDBOX
                .gateway()
                .request("/v2/models/nobody")
                .setHeader("Host", "nobody." + SANDBOX.namespace()))
        .expectRefusal(404, "UnknownEndpoint");
  }
}
