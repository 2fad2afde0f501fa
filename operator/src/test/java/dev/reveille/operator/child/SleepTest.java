package dev.reveille.operator.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Activators;
import dev.reveille.operator.kit.FakeActivator;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Going to sleep: the fence first, everywhere, and the scale only if nothing is in the way. */
@EnableKubernetesMockClient(https = false)
class SleepTest {
  private static final String SCALE = "/apis/apps/v1/namespaces/demo/deployments/minilm/scale";

  KubernetesMockServer server;
  KubernetesClient client;

  private final List<FakeActivator> activators = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long clock;

  @BeforeEach
  void scaleIsOne() {
    server.expect().get().withPath(SCALE).andReturn(200, scale(1)).always();
  }

  @AfterEach
  void stop() {
    activators.forEach(FakeActivator::close);
  }

  private static Scale scale(int replicas) {
    return new ScaleBuilder()
        .withNewMetadata()
        .withName("minilm")
        .withNamespace("demo")
        .withResourceVersion("41")
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .endSpec()
        .build();
  }

  private FakeActivator activator() {
    FakeActivator activator = new FakeActivator();
    activators.add(activator);
    return activator;
  }

  private long heard(String request) {
    return activators.stream().mapToLong(activator -> activator.heard(request)).sum();
  }

  private boolean sleep() {
    List<String> addresses = activators.stream().map(FakeActivator::address).toList();
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.getMetadata().setName("minilm");
    endpoint.getMetadata().setNamespace("demo");
    endpoint.getMetadata().setUid("u1");
    return new Sleep(
            new Scales(client), new Activators(() -> addresses, () -> "key"), meters, this::tick)
        .put(endpoint);
  }

  private long tick() {
    clock += tickNanos;
    return clock;
  }

  private long tickNanos = 1;

  private String scaleWrites() throws InterruptedException {
    StringBuilder writes = new StringBuilder();
    for (int i = server.getRequestCount(); i > 0; i--) {
      var request = server.takeRequest();
      if (request.getMethod().equals("PUT")) {
        writes.append(request.getUtf8Body());
      }
    }
    return writes.toString();
  }

  @Test
  void anIdleEndpointIsFencedEverywhereThenScaledToZero() throws Exception {
    server.expect().put().withPath(SCALE).andReturn(200, scale(0)).once();
    activator();
    activator();
    assertTrue(sleep());
    String writes = scaleWrites();
    assertTrue(writes.contains("\"replicas\":0"), writes);
    assertTrue(writes.contains("\"resourceVersion\":\"41\""), "guarded: " + writes);
    assertEquals(2, heard("PUT /internal/v1/fences/u1"));
    assertEquals(2, heard("DELETE /internal/v1/fences/u1?slept=true"));
    assertEquals(1, meters.counter("reveille.operator.sleeps").count());
  }

  /** Else one that comes after it was lifted would stand for as long as it may. */
  @Test
  void aFenceIsLiftedByItsNameWhichIsNeverUsedAgain() {
    server.expect().put().withPath(SCALE).andReturn(200, scale(0)).always();
    FakeActivator activator = activator();
    sleep();
    sleep();
    List<String> ids = activator.fenceIds();
    assertEquals(4, ids.size(), ids::toString);
    assertEquals(ids.get(0), ids.get(1));
    assertEquals(ids.get(2), ids.get(3));
    assertNotEquals(ids.get(0), ids.get(2));
  }

  @Test
  void aRequestInFlightAnywhereKeepsItUp() throws Exception {
    activator();
    activator().fence(1, 0);
    assertStaysUp("busy");
  }

  @Test
  void aRequestThatWaitsKeepsItUp() throws Exception {
    activator().fence(0, 1);
    assertStaysUp("busy");
  }

  @Test
  void anActivatorThatDoesNotAnswerKeepsItUp() throws Exception {
    activator();
    activator().status(503);
    assertStaysUp("unreachable");
  }

  @Test
  void anActivatorThatNeverAnswersKeepsItUp() throws Exception {
    activator();
    activator().silent();
    assertStaysUp("unreachable");
  }

  @Test
  void anActivatorThatStopsInTheMiddleOfItsAnswerKeepsItUp() throws Exception {
    activator().stuckInTheBody();
    assertStaysUp("unreachable");
  }

  @Test
  void anAnswerThatDoesNotSayHowManyRunIsNone() throws Exception {
    activator().fence("{\"queued\": 0}");
    assertStaysUp("unreachable");
  }

  @Test
  void aFailedWriteIsNotTriedAgainForTheFenceMayBeOver() throws Exception {
    server.expect().put().withPath(SCALE).andReturn(503, "{}").always();
    activator();
    assertThrows(KubernetesClientException.class, this::sleep);
    assertEquals(1, heard("DELETE /internal/v1/fences/u1"), "lifted");
    assertEquals(2, server.getRequestCount(), "one look at the scale, one write");
  }

  @Test
  void withoutActivatorsNothingSleeps() throws Exception {
    assertStaysUp("unreachable");
  }

  @Test
  void aLateAnswerIsTooLate() throws Exception {
    tickNanos = 5_000_000_000L;
    activator();
    assertStaysUp("late");
  }

  @Test
  void somebodyElsesWriteWins() throws Exception {
    server.expect().put().withPath(SCALE).andReturn(409, "{}").once();
    activator();
    assertFalse(sleep());
    assertEquals(1, heard("DELETE /internal/v1/fences/u1"));
  }

  private void assertStaysUp(String why) throws InterruptedException {
    assertFalse(sleep());
    assertEquals("", scaleWrites(), "nothing was written");
    assertEquals(activators.size(), heard("DELETE /internal/v1/fences/u1"));
    assertEquals(1, meters.counter("reveille.operator.sleeps.aborted", "reason", why).count());
  }
}
