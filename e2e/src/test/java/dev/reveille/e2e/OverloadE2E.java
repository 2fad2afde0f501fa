package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Figures;
import dev.reveille.e2e.kit.Loader;
import dev.reveille.e2e.kit.Loader.Outcome;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Far more than an endpoint can take: it does what it can, and nobody is lost. */
@Isolated("it takes all that the machine has")
class OverloadE2E {
  private static final int CROWD = 10_000;
  private static final int INFERENCES = 3000;
  private static final int CAPACITY = 80; // four at a time, 50 ms each

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("overload");

  private static Loader loader;

  @BeforeAll
  static void start() {
    loader = new Loader(SANDBOX);
  }

  private static Endpoint server(String name) {
    return SANDBOX
        .endpoint(name)
        .with("container.image", ModelSource.image())
        .with("container.readinessPath", "/healthz")
        .with("container.resources", Sandbox.SMALL)
        .with("scaling.maxReplicas", 1);
  }

  /** How often the activators' containers were restarted, by pod. */
  private static Map<String, Integer> restarts() {
    return SANDBOX.cluster().components(Cluster.ACTIVATOR).stream()
        .collect(
            Collectors.toMap(
                pod -> pod.getMetadata().getName(),
                pod -> pod.getStatus().getContainerStatuses().getFirst().getRestartCount()));
  }

  @Test
  void tenThousandAtOnceWakeItOnceAndAreAllServed() {
    Endpoint crowd =
        server("crowd").with("activation.maxQueued", CROWD).with("scaling.idleSeconds", 2).apply();
    crowd.awaitAsleep();
    expectAllServed(crowd, CROWD, () -> loader.crowd(crowd, CROWD));
  }

  @Test
  void aModelServerIsGivenNoMoreAtOnceThanItHolds() {
    Endpoint model =
        SANDBOX
            .addOne("model")
            .with("scaling.maxReplicas", 1)
            .with("scaling.idleSeconds", 2)
            .with("activation.maxQueued", CROWD)
            .apply();
    model.awaitAsleep();
    expectAllServed(model, INFERENCES, () -> loader.crowd(model, INFERENCES, AddOne.request(1)));
  }

  private static void expectAllServed(Endpoint endpoint, int requests, Supplier<Outcome> sending) {
    Map<String, Integer> restarts = restarts();
    try (var history = endpoint.history()) {
      Await.that("the history has begun", history::replicas, seen -> !seen.isEmpty());
      Outcome outcome = sending.get();
      System.out.println(endpoint.name() + ": " + outcome.byStatus() + outcome.errors());
      assertEquals(requests, outcome.times(200).count(), outcome::toString);
      assertEquals(0, outcome.wrong(), "answers that were another's");
      endpoint.awaitAsleep();
      assertEquals(List.of(0, 1, 0), history.replicas(), "one wake");
    }
    Figures figures = new Figures(SANDBOX.cluster());
    assertEquals(
        1,
        figures.sum(
            "reveille_wakes_total",
            "namespace=\"" + SANDBOX.namespace() + "\"",
            "endpoint=\"" + endpoint.name() + "\""),
        "accepted changes of scale");
    assertEquals(restarts, restarts(), "no activator had to start anew");
  }

  @Test
  void tenTimesItsCapacityLeavesItAtFullSpeed() {
    Endpoint limited =
        server("limited")
            .with("scaling.containerConcurrency", 4)
            .with("activation.maxQueued", CAPACITY)
            .apply();
    limited.awaitAsleep();
    SANDBOX.gateway().get(limited.path("/healthz")).expect(200);
    int seconds = 4;
    Outcome right = loader.constant(limited, "/limited", CAPACITY * 11 / 10, seconds);
    Outcome much = loader.constant(limited, "/limited", 10 * CAPACITY, seconds);
    double peak = right.goodput(seconds);
    double good = much.goodput(seconds);
    System.out.printf(
        "peak %.0f/s, at ten times as much %.0f/s; served %s; refused %s%n",
        peak, good, much.times(200), much.times(429));
    assertEquals(much.sent(), much.times(200).count() + much.times(429).count(), much::toString);
    // `make bench-overload` tells how near it comes; a few seconds on a busy machine cannot.
    assertTrue(good >= peak / 2, () -> good + " a second instead of " + peak);
    assertTrue(much.times(429).p50() < much.times(200).p50() / 2, "a refusal waits for nothing");
    Outcome after = loader.constant(limited, "/limited", CAPACITY / 4, 1);
    assertEquals(after.sent(), after.times(200).count(), after::toString);
  }

  /** `make bench-overload` tells what five thousand cost the others. */
  @Test
  void slowClientsAreCutOffAndCostNobodyAnAnswer() {
    Endpoint slow = server("slow").apply();
    Endpoint quick = server("quick").apply();
    for (Endpoint each : List.of(slow, quick)) {
      each.awaitAsleep();
      SANDBOX.gateway().get(each.path("/healthz")).expect(200);
    }
    var slowly = loader.slowly(slow, "/zeros?bytes=8000000", 1_500, 16);
    Outcome others = loader.constant(quick, "/ok", 50, 8);
    Loader.Slow told = slowly.join();
    System.out.println(told + "; others: " + others.times(200));
    assertEquals(others.sent(), others.times(200).count(), others::toString);
    assertTrue(told.connected() > 1_000, told::toString);
    assertTrue(told.ended().getOrDefault("head", 0) > 0, "heads have ten seconds: " + told);
    assertEquals(told.ended().get("head"), told.told().get("408"), told::toString);
  }
}
