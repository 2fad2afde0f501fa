package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Asked;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.ConstantLoad;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The program of `make bench-hpa`: holds a constant load for ten minutes and counts how often the
 * replicas change, with an autoscaler that may scale down at once: whatever it sees, it does.
 */
final class HpaBench {
  private static final Duration HELD = Duration.ofMinutes(10);
  private static final int PER_REPLICA = 2;
  private static final int REPLICAS = 3;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private HpaBench() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // figures look the same everywhere
    try (Sandbox sandbox = Sandbox.open("bench-hpa")) {
      ModelSource.Deployed source = ModelSource.deploy(sandbox.cluster());
      try {
        run(sandbox);
      } finally {
        source.close();
      }
    }
    System.exit(0); // clients of the API leave threads behind
  }

  private static void run(Sandbox sandbox) {
    Endpoint endpoint = server(sandbox);
    endpoint.awaitAsleep();
    try (ConstantLoad load = new ConstantLoad(endpoint, sandbox.gateway(), "1s")) {
      load.clients(REPLICAS * PER_REPLICA);
      settle(sandbox, endpoint);
      hold(sandbox, endpoint, load);
    }
  }

  private static Endpoint server(Sandbox sandbox) {
    return sandbox
        .endpoint("constant")
        .with("container.image", ModelSource.image())
        .with("container.readinessPath", "/healthz")
        .with("container.resources", Sandbox.SMALL)
        .with("scaling.maxReplicas", 2 * REPLICAS)
        .with("scaling.targetConcurrency", PER_REPLICA)
        .with("scaling.behavior", Map.of("scaleDown", Map.of("stabilizationWindowSeconds", 0)))
        .apply();
  }

  private static void settle(Sandbox sandbox, Endpoint endpoint) {
    long began = System.nanoTime();
    Await.that(
        "the average is that of the load",
        () -> Asked.concurrency(sandbox, endpoint).orElse(0),
        asked -> asked > 0.9 * REPLICAS * PER_REPLICA);
    endpoint.awaitCondition("ScalingActive", "True", "Scaling");
    Await.until(REPLICAS + " replicas", () -> endpoint.wantedReplicas() == REPLICAS);
    System.out.printf("settled after %.0f s%n", (System.nanoTime() - began) / 1e9);
  }

  private static void hold(Sandbox sandbox, Endpoint endpoint, ConstantLoad load) {
    DoubleSummaryStatistics told = new DoubleSummaryStatistics();
    long unanswered = 0;
    int answered = load.answered();
    long end = System.nanoTime() + HELD.toNanos();
    try (var history = endpoint.history()) {
      while (System.nanoTime() < end) {
        var asked = Asked.concurrency(sandbox, endpoint);
        asked.ifPresent(told);
        unanswered += asked.isPresent() ? 0 : 1;
        LockSupport.parkNanos(LOOK_NANOS);
      }
      List<Integer> replicas = history.replicas();
      System.out.printf(
          """
          %d requests at once for %d minutes, %d meant for a replica; the autoscaler may scale down at once
          changes of the replicas: %d %s
          the autoscaler is told: mean %.3f, least %.3f, most %.3f (N=%d), no answer %d times
          requests: %d answered, %d not
          """,
          REPLICAS * PER_REPLICA,
          HELD.toMinutes(),
          PER_REPLICA,
          replicas.size() - 1,
          replicas,
          told.getAverage(),
          told.getMin(),
          told.getMax(),
          told.getCount(),
          unanswered,
          load.answered() - answered,
          load.cut());
    }
  }
}
