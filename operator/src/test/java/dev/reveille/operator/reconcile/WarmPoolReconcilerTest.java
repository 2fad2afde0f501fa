package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.reveille.crds.Api;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.kit.Await;
import dev.reveille.operator.kit.ChartCrd;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools, and what becomes of their pods, on an API server and an activator in memory. */
class WarmPoolReconcilerTest {
  private final RunningOperator operator = new RunningOperator();

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void aPoolGetsItsDeploymentOnceWithItsReplicas() {
    pool(2);
    awaitPool(status -> status.observedGeneration() == 1);
    assertEquals(
        List.of("POST deployments", "PATCH deployments/small-pool"),
        writes("deployments"),
        "made once; the PATCH turns what the POST owns into what an apply owns");
    assertEquals(2, deployment().getSpec().getReplicas());
    operator.api.forgetWrites();
    pools().patch(RunningOperator.MERGE, "{\"spec\": {\"size\": 5}}");
    Await.that("5 replicas", this::replicas, replicas -> replicas == 5);
    awaitPool(status -> status.observedGeneration() == 2);
    assertEquals(List.of("PATCH deployments/small-pool"), writes("deployments"));
    operator
        .client
        .apps()
        .deployments()
        .inNamespace("demo")
        .withName("small-pool")
        .patch(RunningOperator.MERGE, "{\"spec\": {\"replicas\": 1}}");
    Await.that("5 replicas again: nobody else scales it", this::replicas, n -> n == 5);
  }

  @Test
  void aForeignDeploymentOfTheNameIsLeftAloneAndNamed() {
    operator
        .client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName("small-pool")
                .withNamespace("demo")
                .endMetadata()
                .withNewSpec()
                .withReplicas(3)
                .endSpec()
                .build())
        .create();
    Deployment foreign = deployment();
    pool(2);
    awaitPool(status -> ready(status).equals("False NameTaken"));
    assertEquals(foreign, deployment(), "not touched");
    assertEquals(1, operator.events("NameTaken"), "told once");
  }

  @Test
  void whatAnOlderCrdCannotKeepIsSaidAndCountedOnce() {
    operator.has(ChartCrd.of(WarmPool.class).without("tallies"));
    String uid = pool(1).getMetadata().getUid();
    operator.activator.load(poolLoad(uid, 1, 3, 2, ""));
    WarmPoolStatus status = awaitPool(seen -> seen.free() == 1 && seen.conditions().size() == 2);
    assertEquals("OlderCrd", status.conditions().getLast().getReason());
    operator.activator.load(poolLoad(uid, 1, 4, 2, ""));
    assertNull(awaitPool(seen -> seen.claims() >= 4).tallies());
    operator.has(ChartCrd.of(WarmPool.class));
    status = awaitPool(seen -> seen.tallies() != null);
    assertEquals(4, status.claims());
    assertEquals(1, status.conditions().size());
  }

  @Test
  void freePodsClaimsAndMissesAreCounted() {
    String uid = pool(1).getMetadata().getUid();
    operator.activator.load(poolLoad(uid, 1, 3, 2, ""));
    WarmPoolStatus status = awaitPool(seen -> seen.free() == 1 && seen.claims() == 3);
    assertEquals(2, status.misses());
    assertEquals("True Standing", ready(status));
    operator.activator.load(poolLoad(uid, 0, 4, 2, ""));
    assertEquals("True Refilling", ready(awaitPool(seen -> seen.claims() == 4)));
    operator.activator.load(poolLoad(uid, 1, 1, 0, ""));
    assertEquals(2, awaitPool(seen -> seen.claims() == 5).misses(), "it was restarted");
  }

  @Test
  void aSpentPodIsDeletedAndNoOther() {
    String uid = pool(2).getMetadata().getUid();
    poolPod("used");
    poolPod("free");
    poolPod("gone-over");
    operator
        .client
        .pods()
        .inNamespace("demo")
        .withName("gone-over")
        .patch(
            RunningOperator.MERGE,
            "{\"metadata\": {\"labels\": {\"reveille.dev/warm-pool\": \"other\"}}}");
    operator.activator.load(poolLoad(uid, 1, 0, 0, "\"used\", \"gone-over\", \"unknown\""));
    Await.that("the spent pod is gone", () -> pod("used"), pod -> pod == null);
    assertNotNull(pod("free"));
    assertNotNull(pod("gone-over"), "no longer this pool's");
  }

  @Test
  void aClaimedPodIsHandedOverAndDeletedWhenTheEndpointServesItself() {
    pool(1);
    poolPod("small-1");
    String uid = operator.endpoint(0, 4, 60).getMetadata().getUid();
    operator.awaitState(EndpointState.ASLEEP);
    operator.scale(1);
    operator.activator.load(bridged(uid, "{\"pod\": \"small-1\", \"inFlight\": 1}"));
    Pod pod =
        Await.that(
            "it is the endpoint's",
            () -> pod("small-1"),
            seen -> uid.equals(seen.getMetadata().getLabels().get(Api.ENDPOINT_UID_LABEL)));
    assertEquals("minilm", pod.getMetadata().getLabels().get(Api.BRIDGE_LABEL));
    assertNull(pod.getMetadata().getLabels().get(Api.POOL_LABEL), "its ReplicaSet makes another");
    assertNull(pod.getMetadata().getLabels().get(Api.ENDPOINT_LABEL));
    assertEquals(1, pod.getMetadata().getOwnerReferences().size());
    assertEquals(uid, pod.getMetadata().getOwnerReferences().getFirst().getUid());
    operator.activator.load(bridged(uid, ""));
    Await.that(
        "nobody sends to it any more",
        () -> operator.poller.latest().of(uid),
        load -> load.complete() && load.bridges().isEmpty());
    assertNotNull(pod("small-1"), "it stays while the endpoint has no replica of its own");
    operator
        .client
        .apps()
        .deployments()
        .inNamespace("demo")
        .withName("minilm")
        .patch(RunningOperator.MERGE, "{\"status\": {\"readyReplicas\": 1}}");
    Await.that("it is gone", () -> pod("small-1"), seen -> seen == null);
  }

  @Test
  void whatIsNoPodOfAPoolIsNotHandedOver() {
    operator
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("somebody")
                .withNamespace("demo")
                .endMetadata()
                .build())
        .create();
    String uid = operator.endpoint(0, 4, 60).getMetadata().getUid();
    operator.awaitState(EndpointState.ASLEEP);
    operator.activator.load(bridged(uid, "{\"pod\": \"somebody\", \"inFlight\": 1}"));
    Await.that(
        "the load was seen",
        () -> operator.poller.latest().of(uid).bridges(),
        Set.of("somebody")::equals);
    operator.edit(spec -> spec.with(new ScalingSpec(0, 5, 60)));
    operator.awaitGeneration(2);
    assertEquals(List.of(), writes("pods/somebody"));
  }

  @Test
  void anEndpointThatNamesAPoolIsLookedAtWhenThePoolChanges() {
    operator.endpoint(0, 4, 60);
    operator.edit(spec -> spec.with(spec.scaling().withWarmPool("small")));
    awaitUsable("False PoolMissing");
    pool(1);
    awaitUsable("Unknown Pending");
    pools().patch(RunningOperator.MERGE, "{\"spec\": {\"image\": \"other:1\"}}");
    awaitUsable("False PoolUnfit");
    pools().delete();
    awaitUsable("False PoolMissing");
  }

  private void awaitUsable(String wanted) {
    Await.that(wanted, () -> operator.reason("WarmPoolUsable"), wanted::equals);
  }

  private static String poolLoad(String uid, int free, int claims, int misses, String spent) {
    return """
        {"activator": "a", "endpoints": [], "pools": [{"uid": "%s", "namespace": "demo",
        "name": "small", "free": %d, "claims": %d, "misses": %d, "spent": [%s]}]}
        """
        .formatted(uid, free, claims, misses, spent);
  }

  private static String bridged(String uid, String bridges) {
    return RunningOperator.load(uid, 0, 0, 10)
        .replace("\"coldStarts\"", "\"bridges\": [" + bridges + "], \"coldStarts\"");
  }

  private WarmPool pool(int size) {
    WarmPool pool = new WarmPool();
    pool.getMetadata().setName("small");
    pool.getMetadata().setNamespace("demo");
    pool.setSpec(WarmPoolSpec.of(size));
    return operator.client.resource(pool).create();
  }

  private void poolPod(String name) {
    operator
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("demo")
                .addToLabels(Api.POOL_LABEL, "small")
                .addToLabels(Api.COMPONENT_LABEL, "warm-pool")
                .addToLabels(Api.MANAGED_BY_LABEL, Api.MANAGED_BY)
                .addNewOwnerReference()
                .withApiVersion("apps/v1")
                .withKind("ReplicaSet")
                .withName("small-pool-1")
                .withUid("rs")
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .build())
        .create();
  }

  private Pod pod(String name) {
    return operator.client.pods().inNamespace("demo").withName(name).get();
  }

  private Resource<WarmPool> pools() {
    return operator.client.resources(WarmPool.class).inNamespace("demo").withName("small");
  }

  private WarmPoolStatus awaitPool(Predicate<WarmPoolStatus> good) {
    return Await.that(
        "the pool's status",
        () -> pools().get().getStatus(),
        status -> status != null && good.test(status));
  }

  private static String ready(WarmPoolStatus status) {
    Condition ready = status.conditions().getFirst();
    return ready.getStatus() + " " + ready.getReason();
  }

  private Deployment deployment() {
    return operator.client.apps().deployments().inNamespace("demo").withName("small-pool").get();
  }

  private int replicas() {
    return deployment().getSpec().getReplicas();
  }

  private List<String> writes(String of) {
    return operator.api.writes().stream().filter(write -> write.contains(of)).toList();
  }
}
