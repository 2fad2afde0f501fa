package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What keeps an endpoint's pods away is said by a condition, by an Event and to who waits. */
class TroubleE2E {
  /** Ten seconds are promised; a busy machine has three times as many. */
  private static final double WITHIN = 30;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("trouble");

  static List<Arguments> whatKeepsPodsAway() {
    return List.of(
        Arguments.of(
            "ImagePull",
            // A registry that refuses at once: what is measured is ours.
            SANDBOX.addOne("image").with("server.image", "127.0.0.1:1/no-such-image:none")),
        Arguments.of(
            "Unschedulable",
            SANDBOX
                .addOne("room")
                .with("server.resources", Map.of("requests", Map.of("memory", "9Ti")))),
        Arguments.of(
            "Crashing",
            // Go's runtime exits when it reads this.
            container("crash")
                .with("container.env", List.of(Map.of("name", "GOMEMLIMIT", "value", "none")))),
        Arguments.of(
            "ContainerRefused",
            container("secret")
                .with(
                    "container.envFrom",
                    List.of(Map.of("secretRef", Map.of("name", "no-such-secret"))))));
  }

  private static Endpoint container(String name) {
    return SANDBOX
        .endpoint(name)
        .with("container.image", ModelSource.image())
        .with("container.resources", Sandbox.SMALL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatKeepsPodsAway")
  void whatKeepsPodsAwayIsToldToAll(String reason, Endpoint endpoint) {
    endpoint.apply().awaitAsleep();
    expectTold(SANDBOX, endpoint, reason);
  }

  @Test
  void aQuotaIsToldToAllAndIsNoTroubleOnceItIsRaised() {
    try (Sandbox full = Sandbox.open("quota")) {
      Endpoint endpoint = full.addOne("refused").apply();
      endpoint.awaitAsleep();
      full.allowPods(0);
      expectTold(full, endpoint, "PodRefused");

      CompletableFuture<Answer> waits =
          CompletableFuture.supplyAsync(
              () ->
                  Await.that(
                      "it serves again",
                      () -> endpoint.infer(AddOne.request(1)),
                      answer -> answer.status() == 200));
      full.allowPods(5);
      System.out.printf("quota raised: served after %.1f s%n", seconds(waits::join));
    }
  }

  @Test
  void aNamespaceThatIsDeletedTakesItsEndpointsAndCallersAreTold() {
    Sandbox going = Sandbox.open("going");
    Endpoint asleep = going.addOne("asleep").apply();
    Endpoint awake = going.addOne("awake").with("scaling.minReplicas", 1).apply();
    asleep.awaitAsleep();
    AddOne.check(1, awake.infer(AddOne.request(1)));

    going.close();

    double told =
        seconds(
            () ->
                Await.that(
                    "callers are told",
                    () -> asleep.infer(AddOne.request(2)),
                    answer ->
                        answer.status() == 404
                            || (answer.status() == 503
                                && answer.reason().equals("NamespaceTerminating"))));
    double gone =
        seconds(
            () ->
                Await.until(
                    "the namespace is gone",
                    () -> going.client().namespaces().withName(going.namespace()).get() == null));
    System.out.printf(
        "namespace deleted: callers told after %.1f s, gone after %.1f s%n", told, told + gone);
    assertTrue(told < WITHIN, "told after " + told + " s");
  }

  /** Who calls is answered, the condition and the Event are there: how soon is printed. */
  private static void expectTold(Sandbox sandbox, Endpoint endpoint, String reason) {
    long called = System.nanoTime();
    CompletableFuture<Double> answered =
        sandbox
            .gateway()
            .sendAsync(endpoint.inferring(AddOne.request(1)))
            .thenApply(answer -> answer.expectRefusal(503, reason).millis() / 1000);
    String message = endpoint.awaitCondition("Ready", "False", reason).getMessage();
    assertTrue(message.length() > 10, message);
    double condition = (System.nanoTime() - called) / 1e9;
    Await.that(
        "an Event says " + reason,
        () -> sandbox.events("InferenceEndpoint", endpoint.name()),
        events -> events.stream().anyMatch(event -> event.startsWith(reason + ": ")));
    double event = (System.nanoTime() - called) / 1e9;
    double caller = answered.join();
    System.out.printf(
        "%s: condition after %.1f s, Event %.1f s, caller %.1f s%n",
        reason, condition, event, caller);
    assertTrue(Math.max(event, caller) < WITHIN, reason);
  }

  private static double seconds(Runnable action) {
    long began = System.nanoTime();
    action.run();
    return (System.nanoTime() - began) / 1e9;
  }
}
