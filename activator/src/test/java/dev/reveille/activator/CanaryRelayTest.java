package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.home.Sibling;
import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.CanarySpec;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two activators, and an endpoint with a hard limit and a canary: each version has its home. */
class CanaryRelayTest {
  private static final String CANARY = Canary.id("uid-m");
  private static final int SENT = 60;

  private final List<Running> activators = new ArrayList<>();
  private Pod stable;
  private Pod canary;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    activators.add(new Running(depot, "a"));
    activators.add(new Running(depot, "b"));
    stable = new Pod(activators.getFirst().vertx, "i1");
    canary = new Pod(activators.getFirst().vertx, "i2");
    List<Sibling> ready =
        List.of(
            new Sibling("a", "127.0.0.1", activators.get(0).activator.dataPort()),
            new Sibling("b", "127.0.0.1", activators.get(1).activator.dataPort()));
    InferenceEndpointSpec spec =
        Running.inImage()
            .with(ScalingSpec.DEFAULTS.withContainerConcurrency(1))
            .withCanary(CanarySpec.of(ModelSpec.at("image:///next.onnx"), 50));
    InferenceEndpointStatus proven =
        Serialization.unmarshal(
            "---\n{conditions: [{type: %s, status: 'True', observedGeneration: 1}]}"
                .formatted(Api.CANARY_CONDITION),
            InferenceEndpointStatus.class);
    for (Running each : activators) {
      each.siblings = ready;
      each.endpoint("m", spec, proven);
      assertEquals(204, each.hello("m", "i1", stable.port(), "ready"));
      String key = Running.KEYS.endpoint(CANARY, "r1", "");
      assertEquals(204, each.helloOf(CANARY, "i2", canary.port(), "ready", key));
    }
  }

  @AfterEach
  void stop() {
    stable.close();
    canary.close();
    activators.forEach(Running::close);
  }

  @Test
  void theActivatorThatIsCalledChoosesAndTheHomeGoesByIt() {
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < SENT; i++) {
      sent.add(activators.get(i % 2).call("m", "body " + i));
    }
    int canaries = 0;
    for (int i = 0; i < SENT; i++) {
      HttpResponse<String> answer = sent.get(i).join();
      assertEquals("body " + i, answer.body());
      canaries += answer.headers().allValues(Wire.VERSION).equals(List.of("canary")) ? 1 : 0;
    }
    assertEquals(canaries, canary.executed.get());
    assertEquals(SENT - canaries, stable.executed.get());
    assertTrue(canaries > 0 && canaries < SENT, canaries + " of " + SENT);
  }
}
