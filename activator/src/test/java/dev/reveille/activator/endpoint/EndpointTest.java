package dev.reveille.activator.endpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.measure.Meters;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a replica holds of an endpoint's pods. Time is what the test says it is. */
class EndpointTest {
  private static final long SECOND = 1_000_000_000L;

  private final Endpoint endpoint = endpoint();

  private static Endpoint endpoint() {
    InferenceEndpoint resource = new InferenceEndpoint();
    resource.getMetadata().setUid("u");
    resource.getMetadata().setNamespace("demo");
    resource.getMetadata().setName("minilm");
    resource.setSpec(InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx")));
    return new Endpoint(
        resource, new Meters(new SimpleMeterRegistry(), "demo", "minilm", Meters.STABLE), 0);
  }

  private static Backend backend(String host, String revision) {
    return new Backend("u", "i-" + host, host, 8080, revision, 0);
  }

  @Test
  void podsThatWerePutToSleepDoNotComeBack() {
    endpoint.ready(backend("10.0.0.1", "r"), 0);
    endpoint.slept(Set.of("10.0.0.2"), 0);
    assertTrue(endpoint.isGoingAway("10.0.0.1", SECOND), "it was a backend");
    assertTrue(endpoint.isGoingAway("10.0.0.2", SECOND), "the watch shows it");
    assertFalse(endpoint.isGoingAway("10.0.0.3", SECOND), "it is new");
  }

  /** Woken before the cluster's controllers looked, its pods were never told to go. */
  @Test
  void aPodThatStaysAllTheSameMayServeAgain() {
    endpoint.ready(backend("10.0.0.1", "r"), 0);
    endpoint.slept(Set.of(), 0);
    assertTrue(endpoint.isGoingAway("10.0.0.1", 4 * SECOND));
    assertFalse(endpoint.isGoingAway("10.0.0.1", 6 * SECOND));
  }

  @Test
  void aBridgeThatIsRelievedNeverComesBack() {
    endpoint.ready(backend("10.0.0.1", "bridge-p"), 0);
    endpoint.ready(backend("10.0.0.2", "r"), 0);
    endpoint.retireBridges();
    assertTrue(endpoint.isGoingAway("10.0.0.1", 3600 * SECOND));
    endpoint.gone("10.0.0.1");
    assertFalse(endpoint.isGoingAway("10.0.0.1", 3600 * SECOND), "the address is another's");
  }
}
