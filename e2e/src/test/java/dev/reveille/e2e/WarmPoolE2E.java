package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Pool;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.ServerTiming.Phase;
import dev.reveille.e2e.kit.SteadyLoad;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pod of a warm pool answers while the endpoint's own comes up, and never serves another. */
class WarmPoolE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("pool");

  @Test
  void aClaimedPodBridgesTheWakeAndThePoolRefills() {
    Pool pool = Pool.create(SANDBOX, "bridging", 2, "1Mi");
    Endpoint endpoint =
        SANDBOX
            .addOne("bridged")
            .with("scaling.warmPool", "bridging")
            .with("scaling.idleSeconds", 8);
    endpoint.apply().awaitCondition(Api.POOL_CONDITION, "True", "PoolFits");
    pool.awaitFree(2);
    endpoint.awaitAsleep();
    Set<String> before = names(pool.pods());

    Answer first = AddOne.check(1, endpoint.infer(AddOne.request(1)));
    first.timing().expectSound(first.millis());
    assertEquals(
        List.of("claim", "fetch", "session", "warmup", "hello", "forward", "response"),
        first.timing().phases().stream().map(Phase::name).toList(),
        "the phases of a claimed pod");
    System.out.println("bridged after " + Math.round(first.millis()) + " ms: " + first.timing());

    try (SteadyLoad load = new SteadyLoad(endpoint, 2)) {
      Await.that(
          "the claimed pod is let go of, for its own replica is up",
          () -> {
            Set<String> left = names(pool.pods());
            left.addAll(names(pool.bridgesOf(endpoint)));
            left.retainAll(before);
            return left;
          },
          left -> left.size() == 1);
      load.finish();
    }
    WarmPoolStatus refilled = pool.awaitFree(2);
    assertEquals(1, refilled.claims(), "wakes that claimed a pod");
    assertEquals(0, refilled.misses());
    assertEquals("pool", endpoint.awaitState(READY).coldStarts().last().path());
    expectTheTableOfKubectl();
    endpoint.awaitAsleep();
  }

  private static void expectTheTableOfKubectl() {
    String table = Command.run("kubectl", "get", "wp", "-n", SANDBOX.namespace());
    for (String column : List.of("SIZE", "FREE", "CLAIMS", "MISSES", "AGE")) {
      assertTrue(table.lines().findFirst().orElse("").contains(column), table);
    }
  }

  private static Set<String> names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
  }

  @Test
  void aClaimedPodIsTheEndpointsForAsLongAsItHasNoReplicaOfItsOwn() {
    Pool pool =
        Pool.create(SANDBOX, "unbounded", new WarmPoolSpec(1, null, quantities("50m"), "1Mi"));
    Endpoint endpoint =
        SANDBOX
            .addOne("roomless")
            .with("server.resources", Map.of("requests", Map.of("cpu", "1000")))
            .with("scaling.warmPool", "unbounded")
            .with("scaling.idleSeconds", 60);
    endpoint.apply().awaitCondition(Api.POOL_CONDITION, "True", "PoolFits");
    pool.awaitFree(1);
    endpoint.awaitAsleep();
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    Pod bridge =
        Await.that(
                "the claimed pod is handed over",
                () -> pool.bridgesOf(endpoint),
                pods -> pods.size() == 1)
            .getFirst();
    assertEquals(
        endpoint.name(), bridge.getMetadata().getOwnerReferences().getFirst().getName(), "owner");
    pool.awaitFree(1);
    endpoint.await(
        "serves, and says that its own replica finds no room",
        status ->
            status.state() == READY
                && Endpoint.condition(status, "Ready")
                    .filter(ready -> ready.getReason().equals("ServingPartly"))
                    .isPresent());
    AddOne.check(2, endpoint.infer(AddOne.request(2)));
    endpoint.delete();
    Await.that("the bridge goes with it", () -> pool.bridgesOf(endpoint), List::isEmpty);
  }

  private static ResourceRequirements quantities(String cpu) {
    return new ResourceRequirementsBuilder().withRequests(Map.of("cpu", new Quantity(cpu))).build();
  }

  @Test
  void anEmptyPoolIsTheOrdinaryPath() {
    Pool pool = Pool.create(SANDBOX, "empty", 0, "1Mi");
    Endpoint endpoint =
        SANDBOX
            .addOne("unbridged")
            .with("scaling.warmPool", "empty")
            .with("scaling.idleSeconds", 2);
    endpoint.apply().awaitCondition(Api.POOL_CONDITION, "True", "PoolFits");
    endpoint.awaitAsleep();
    Answer answer = AddOne.check(2, endpoint.infer(AddOne.request(2)));
    assertTrue(
        answer.timing().phases().stream().anyMatch(phase -> phase.name().equals("container")));
    pool.await("counts a miss", status -> status.misses() == 1);
    assertEquals("pod", endpoint.awaitAsleep().coldStarts().last().path());
  }

  @Test
  void anEndpointThatDoesNotFitSaysSoAndWakesAllTheSame() {
    Pool.create(SANDBOX, "tiny", 0, "10");
    Endpoint endpoint =
        SANDBOX.addOne("too-large").with("scaling.warmPool", "tiny").with("scaling.idleSeconds", 2);
    Condition unfit = endpoint.apply().awaitCondition(Api.POOL_CONDITION, "False", "PoolUnfit");
    assertTrue(unfit.getMessage().contains("maxModelBytes"), unfit.getMessage());
    endpoint.awaitAsleep();
    AddOne.check(3, endpoint.infer(AddOne.request(3)));
    endpoint.with("scaling.warmPool", "nowhere").apply();
    endpoint.awaitCondition(Api.POOL_CONDITION, "False", "PoolMissing");
  }

  @Test
  void aPoolThatFindsNoRoomSaysSo() {
    Pool pool = Pool.create(SANDBOX, "huge", new WarmPoolSpec(1, null, quantities("1000"), "1Mi"));
    pool.await(
        "says that it finds no room",
        status ->
            status.conditions() != null
                && status.conditions().stream()
                    .anyMatch(
                        condition ->
                            condition.getStatus().equals("False")
                                && condition.getReason().equals("Unschedulable")));
  }
}
