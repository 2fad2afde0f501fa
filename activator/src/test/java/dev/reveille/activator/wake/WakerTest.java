package dev.reveille.activator.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.activator.Config.DepotConfig;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Caller;
import dev.reveille.activator.measure.Meters;
import dev.reveille.activator.pool.Claims;
import dev.reveille.activator.pool.Pools;
import dev.reveille.activator.wake.Scaler.Outcome;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ScalingSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the scale is written. Time, and when a call of the API comes to its turn, is the test's. */
class WakerTest {
  private static final long MILLI = 1_000_000;

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final Deque<Runnable> calls = new ArrayDeque<>();
  private final List<Integer> asked = new ArrayList<>();
  private final Endpoint endpoint = endpoint();
  private Outcome outcome = new Outcome.Raised();
  private Waker waker;
  private long now;

  private static Endpoint endpoint() {
    InferenceEndpoint resource = new InferenceEndpoint();
    resource.getMetadata().setUid("u");
    resource.getMetadata().setNamespace("demo");
    resource.getMetadata().setName("minilm");
    resource.setSpec(
        InferenceEndpointSpec.of(ModelSpec.at("http://h/m.onnx"))
            .with(new ScalingSpec(0, 4, 60).withTargetConcurrency(1)));
    return new Endpoint(
        resource, new Meters(new SimpleMeterRegistry(), "demo", "minilm", Meters.STABLE), 0);
  }

  @BeforeEach
  void start() {
    Claims claims =
        new Claims(
            new Pools((pool, host) -> false),
            (to, member, digest) -> Future.failedFuture("no pool"),
            model -> null,
            () -> now);
    Depot depot = new Depot(vertx, new DepotConfig(folder, 1, 1, false), () -> now);
    Scaler scaler =
        (namespace, name, wanted) -> {
          asked.add(wanted);
          return outcome;
        };
    waker = new Waker(scaler, depot, claims, calls::add, () -> now);
  }

  @AfterEach
  void stop() {
    vertx.close();
  }

  private void call() {
    endpoint.gate().admit(new Caller(0, 0), 1, now);
    waker.wakeIfNeeded(endpoint);
  }

  /** An API that does not answer is not asked again for each that waits, nor every two seconds. */
  @Test
  void oneWriteIsOutAtATime() {
    call();
    now += 60 * MILLI;
    call();
    now += 5000 * MILLI;
    waker.wakeIfNeeded(endpoint);
    assertEquals(1, calls.size());
  }

  @Test
  void theOtherReplicasAreAskedForOnceThatOneIsBack() {
    call();
    now += 60 * MILLI;
    call();
    calls.remove().run();
    calls.remove().run();
    assertEquals(List.of(1, 2), asked);
  }

  @Test
  void aFailureIsTriedAgainAfterAPause() {
    outcome = new Outcome.Failed("the API server is away");
    call();
    calls.remove().run();
    assertEquals(0, calls.size());
    now += 110 * MILLI;
    waker.wakeIfNeeded(endpoint);
    assertEquals(1, calls.size());
  }

  @Test
  void anEndpointThatSleptIsWokenAnewWhateverBecameOfTheWriteBefore() {
    call();
    waker.forget("u");
    now += MILLI;
    waker.wakeIfNeeded(endpoint);
    assertEquals(2, calls.size());
    calls.remove().run();
    waker.wakeIfNeeded(endpoint);
    assertEquals(1, calls.size(), "the first one's end says nothing of the second");
  }
}
