package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.Asked;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.ConstantLoad;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Figures;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** The cluster's own autoscaler holds the concurrency that each replica is meant to take. */
@Isolated("an activator is lost")
class AutoscalingE2E {
  private static final int PER_REPLICA = 2;

  /**
   * As many clients as keep three replicas busy. One more would be at the edge: a client's next
   * request may come at one activator before its last is over at the other, and from two replicas a
   * hair above six makes four.
   */
  private static final int FOR_THREE = 3 * PER_REPLICA - 1;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("autoscaling");

  /** A server that takes as long for a request as it is told; it is scaled down without delay. */
  private static Endpoint server(String name) {
    return SANDBOX
        .endpoint(name)
        .with("container.image", ModelSource.image())
        .with("container.readinessPath", "/healthz")
        .with("container.resources", Sandbox.SMALL)
        .with("scaling.idleSeconds", 3)
        .with("scaling.maxReplicas", 4)
        .with("scaling.targetConcurrency", PER_REPLICA)
        .with("scaling.behavior", Map.of("scaleDown", Map.of("stabilizationWindowSeconds", 0)));
  }

  private static ConstantLoad load(Endpoint endpoint) {
    return new ConstantLoad(endpoint, SANDBOX.gateway(), "1s");
  }

  private static void awaitReplicas(Endpoint endpoint, ConstantLoad load, int clients, int wanted) {
    long began = System.nanoTime();
    load.clients(clients);
    Await.that(
        wanted + " replicas for " + clients + " requests at once",
        endpoint::wantedReplicas,
        replicas -> replicas == wanted);
    System.out.printf(
        "%d requests at once: %d replicas after %.1f s (the autoscaler looks every 15 s, at averages"
            + " of the last 10 s)%n",
        clients, wanted, (System.nanoTime() - began) / 1e9);
  }

  @Test
  void stepsOfTheLoadAreFollowedFromOneToManyToOneToZero() {
    Endpoint endpoint = server("steps").apply();
    endpoint.awaitAsleep();
    try (var history = endpoint.history();
        ConstantLoad load = load(endpoint)) {
      awaitReplicas(endpoint, load, PER_REPLICA, 1);
      awaitReplicas(endpoint, load, FOR_THREE, 3);
      endpoint.awaitCondition("ScalingActive", "True", "Scaling");
      // One replica's worth would be at the edge of two: from above the autoscaler rounds up.
      awaitReplicas(endpoint, load, 1, 1);
      awaitReplicas(endpoint, load, 0, 0);
      // While the average grows or shrinks the autoscaler may see a step between.
      String seen =
          history.replicas().stream().map(String::valueOf).collect(Collectors.joining(" "));
      assertTrue(seen.matches("0 1 (2 )?3 (2 )?1 0"), seen);
      assertEquals(0, load.cut(), "requests without an answer");
    }
  }

  @Test
  void oneThatGoesByRequestsPerSecondIsScaledByThoseAndNotByHowManyRunAtOnce() {
    Endpoint endpoint =
        server("rate")
            .without("scaling.targetConcurrency")
            .with("scaling.metric", "requestsPerSecond")
            .with("scaling.targetRequestsPerSecond", 2)
            .with("scaling.maxReplicas", 2)
            .apply();
    endpoint.awaitAsleep();
    // One at a time, about five a second: by concurrency it would stay at one replica.
    try (ConstantLoad load = new ConstantLoad(endpoint, SANDBOX.gateway(), "200ms")) {
      awaitReplicas(endpoint, load, 1, 1);
      awaitReplicas(endpoint, load, 1, 2);
      endpoint.awaitCondition("ScalingActive", "True", "Scaling");
      assertEquals(0, load.cut(), "requests without an answer");
    }
  }

  @Test
  void theLossOfAnActivatorLowersNothing() {
    Endpoint endpoint = server("lossy").apply();
    endpoint.awaitAsleep();
    try (ConstantLoad load = load(endpoint)) {
      awaitReplicas(endpoint, load, FOR_THREE, 3);
      Await.that(
          "the activators together know of all requests",
          () -> Asked.concurrency(SANDBOX, endpoint).orElse(0),
          asked -> asked > 2 * PER_REPLICA);
      Await.until("three replicas", () -> endpoint.wantedReplicas() == 3);
      try (var history = endpoint.history()) {
        SANDBOX
            .client()
            .resource(SANDBOX.cluster().components(Cluster.ACTIVATOR).getFirst())
            .withGracePeriod(0)
            .delete();
        SANDBOX.cluster().awaitComponent(Cluster.ACTIVATOR);
        double before = answers();
        Await.that(
            "the autoscaler was answered three times more",
            AutoscalingE2E::answers,
            answers -> answers >= before + 3);
        assertTrue(
            history.replicas().stream().allMatch(replicas -> replicas >= 3),
            () -> "replicas: " + history.replicas());
        System.out.printf(
            "an activator killed under %d requests at once: replicas %s, %d answered, %d cut%n",
            FOR_THREE, history.replicas(), load.answered(), load.cut());
      }
    }
  }

  /** Values that autoscalers were told by the activators that are there. */
  private static double answers() {
    return new Figures(SANDBOX.cluster())
        .sum("reveille_external_metrics_answers_total", "code=\"200\"");
  }

  @Test
  void whatIsProvisionedNeverSleepsAndStandsUpAgain() {
    Endpoint provisioned = server("provisioned").with("scaling.minReplicas", 1).apply();
    Endpoint other = server("other").apply();
    provisioned.await("is ready", status -> Integer.valueOf(1).equals(status.replicas()));
    try (var history = provisioned.history()) {
      other.awaitAsleep();
      SANDBOX.gateway().post(provisioned.path("/echo"), "{}").expect(200);
      SANDBOX.gateway().post(other.path("/echo"), "{}").expect(200);
      other.awaitAsleep(); // which was called later and is idle for no longer
      assertEquals(List.of(1), history.replicas());

      scale(provisioned, 0);
      Await.until("it stands up again", () -> history.replicas().equals(List.of(1, 0, 1)));
    }
    SANDBOX.gateway().post(provisioned.path("/echo"), "{}").expect(200);
  }

  private static void scale(Endpoint endpoint, int replicas) {
    SANDBOX
        .client()
        .apps()
        .deployments()
        .inNamespace(SANDBOX.namespace())
        .withName(endpoint.name())
        .scale(replicas);
  }
}
