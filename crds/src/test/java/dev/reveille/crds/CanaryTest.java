package dev.reveille.crds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A canary as an endpoint of its own. */
class CanaryTest {
  private static InferenceEndpoint endpoint(String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: reveille.dev/v1alpha1
        kind: InferenceEndpoint
        metadata: {name: minilm, namespace: demo, uid: u-1, generation: 7, annotations: {a: b}}
        spec: %s
        """
            .formatted(spec),
        InferenceEndpoint.class);
  }

  private static InferenceEndpointSpec canary(String spec) {
    return Canary.of(endpoint(spec)).orElseThrow().getSpec();
  }

  @Test
  void anEndpointWithoutOneHasNone() {
    assertEquals(Optional.empty(), Canary.of(endpoint("{model: {storageUri: 'http://h/m'}}")));
  }

  @Test
  void itHasANameAndAnIdOfItsOwnAndStillKnowsWhoseItIs() {
    InferenceEndpoint endpoint =
        endpoint(
            "{model: {storageUri: 'http://h/m'}, canary: {model: {storageUri: 'http://h/n'}}}");
    InferenceEndpoint canary = Canary.of(endpoint).orElseThrow();
    assertEquals("minilm-canary", canary.getMetadata().getName());
    assertEquals("u-1.canary", canary.getMetadata().getUid());
    assertEquals(7, canary.getMetadata().getGeneration());
    assertEquals("minilm", Canary.ownerName(canary));
    assertEquals("u-1", Canary.ownerUid(canary.getMetadata().getUid()));
    assertTrue(Canary.isOne(canary));
    assertFalse(Canary.isOne(endpoint));
    assertEquals("minilm", Canary.ownerName(endpoint));
    assertEquals("u-1", Canary.ownerUid("u-1"));
    assertEquals(Optional.empty(), Canary.of(canary), "it has no canary of its own");
  }

  @Test
  void whatItDoesNotReplaceIsTheEndpoints() {
    InferenceEndpointSpec other =
        canary(
            "{model: {storageUri: 'http://h/m', version: '1'}, server: {threads: 2}, scaling:"
                + " {idleSeconds: 5, warmPool: small}, requests: {timeoutSeconds: 9}, canary: {model:"
                + " {storageUri: 'http://h/n', version: '2'}}}");
    assertEquals(new ModelSpec("http://h/n", null, "minilm", "2"), other.model());
    assertEquals(2, other.server().threads());
    assertEquals(5, other.scaling().idleSeconds());
    assertEquals(9, other.requests().timeoutSeconds());
    assertNull(other.scaling().warmPool(), "no pod of a pool stands in for a canary");
    InferenceEndpointSpec tuned =
        canary("{model: {storageUri: 'http://h/m', name: x}, canary: {server: {threads: 3}}}");
    assertEquals(new ModelSpec("http://h/m", null, "x", "1"), tuned.model());
    assertEquals(3, tuned.server().threads());
  }

  @Test
  void aContainerStandsForModelAndServerAndTheOtherWayRound() {
    InferenceEndpointSpec own =
        canary("{model: {storageUri: 'http://h/m'}, server: {}, canary: {container: {image: i}}}");
    assertNull(own.model());
    assertNull(own.server());
    assertEquals("i", own.container().image());
    InferenceEndpointSpec ours =
        canary("{container: {image: i}, canary: {model: {storageUri: 'http://h/m'}}}");
    assertNull(ours.container());
    assertEquals("minilm", ours.model().name());
  }

  private static InferenceEndpointStatus status(String yaml) {
    return Serialization.unmarshal("---\n" + yaml, InferenceEndpointStatus.class);
  }

  @Test
  void itsStatusIsPutIntoTheEndpointsAndFoundThereAgain() {
    InferenceEndpointStatus stable =
        status(
            "{observedGeneration: 7, state: Ready, wanted: 2, wakeFollowed: w, sleepFollowed: s,"
                + " conditions: [{type: Ready}]}");
    InferenceEndpointStatus canary =
        status(
            "{observedGeneration: 7, state: Asleep, replicas: 0, wanted: 1, wakeFollowed: v, rollout:"
                + " {revision: r}, conditions: [{type: RolledOut}, {type: CanaryProven}]}");
    InferenceEndpointStatus both = Canary.merge(stable, canary);
    assertEquals(
        "[Ready, CanaryProven]",
        both.conditions().stream().map(each -> each.getType()).toList().toString());
    assertEquals(EndpointState.ASLEEP, both.canary().state());
    assertEquals(canary, Canary.statusOf(both));
    assertEquals("w", both.wakeFollowed(), "what the one followed, the other has yet to");
    assertEquals(2, both.wanted());
  }

  @Test
  void whatWasAskedForBeforeThereWasOneIsNotAskedOfIt() {
    InferenceEndpointStatus none =
        Canary.statusOf(status("{state: Ready, wanted: 2, wakeFollowed: w, sleepFollowed: s}"));
    assertEquals("w", none.wakeFollowed());
    assertEquals("s", none.sleepFollowed());
    assertNull(none.state());
    assertNull(none.wanted());
    assertNull(none.rollout());
  }
}
