package dev.reveille.operator.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.operator.activators.Activators;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Going to sleep: the fence first, everywhere, and the scale only if nothing is in the way. */
@EnableKubernetesMockClient
class SleepTest {
  private static final String SCALE = "/apis/apps/v1/namespaces/demo/deployments/minilm/scale";

  KubernetesMockServer server;
  KubernetesClient client;

  private final List<HttpServer> activators = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long clock;

  @BeforeEach
  void scaleIsOne() {
    server.expect().get().withPath(SCALE).andReturn(200, scale(1)).always();
  }

  @AfterEach
  void stop() {
    activators.forEach(activator -> activator.stop(0));
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

  private void activator(int status, String answer) throws IOException {
    HttpServer activator = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    activator.setExecutor(Executors.newCachedThreadPool());
    activator.createContext(
        "/",
        exchange -> {
          heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] body = answer.getBytes(java.nio.charset.StandardCharsets.UTF_8);
          boolean put = exchange.getRequestMethod().equals("PUT");
          exchange.sendResponseHeaders(put ? status : 204, put ? body.length : -1);
          if (put) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    activator.start();
    activators.add(activator);
  }

  private boolean sleep() {
    List<String> addresses =
        activators.stream().map(each -> "127.0.0.1:" + each.getAddress().getPort()).toList();
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
    activator(200, "{\"inFlight\":0,\"queued\":0}");
    activator(200, "{\"inFlight\":0,\"queued\":0}");
    assertTrue(sleep());
    String writes = scaleWrites();
    assertTrue(writes.contains("\"replicas\":0"), writes);
    assertTrue(writes.contains("\"resourceVersion\":\"41\""), "guarded: " + writes);
    assertEquals(2, heard.stream().filter("PUT /internal/v1/fences/u1"::equals).count());
    assertEquals(
        2, heard.stream().filter("DELETE /internal/v1/fences/u1?slept=true"::equals).count());
    assertEquals(1, meters.counter("reveille.operator.sleeps").count());
  }

  @Test
  void aRequestInFlightAnywhereKeepsItUp() throws Exception {
    activator(200, "{\"inFlight\":0,\"queued\":0}");
    activator(200, "{\"inFlight\":1,\"queued\":0}");
    assertStaysUp("busy");
  }

  @Test
  void aRequestThatWaitsKeepsItUp() throws Exception {
    activator(200, "{\"inFlight\":0,\"queued\":1}");
    assertStaysUp("busy");
  }

  @Test
  void anActivatorThatDoesNotAnswerKeepsItUp() throws Exception {
    activator(200, "{\"inFlight\":0,\"queued\":0}");
    activator(503, "{}");
    assertStaysUp("unreachable");
  }

  @Test
  void withoutActivatorsNothingSleeps() throws Exception {
    assertStaysUp("unreachable");
  }

  @Test
  void aLateAnswerIsTooLate() throws Exception {
    tickNanos = 5_000_000_000L;
    activator(200, "{\"inFlight\":0,\"queued\":0}");
    assertStaysUp("late");
  }

  @Test
  void somebodyElsesWriteWins() throws Exception {
    server.expect().put().withPath(SCALE).andReturn(409, "{}").once();
    activator(200, "{\"inFlight\":0,\"queued\":0}");
    assertFalse(sleep());
    assertEquals(1, heard.stream().filter("DELETE /internal/v1/fences/u1"::equals).count());
  }

  private void assertStaysUp(String why) throws InterruptedException {
    assertFalse(sleep());
    assertEquals("", scaleWrites(), "nothing was written");
    assertEquals(
        activators.size(), heard.stream().filter("DELETE /internal/v1/fences/u1"::equals).count());
    assertEquals(1, meters.counter("reveille.operator.sleeps.aborted", "reason", why).count());
  }
}
