package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.chaos.Cycles;
import dev.reveille.e2e.chaos.Load;
import dev.reveille.e2e.chaos.Miss;
import dev.reveille.e2e.chaos.Scene;
import dev.reveille.e2e.chaos.Strike;
import dev.reveille.e2e.chaos.Strike.Kind;
import dev.reveille.e2e.chaos.Summary;
import dev.reveille.e2e.chaos.Target;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Pool;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Whatever goes away, callers do not notice, as far as that can be had. */
@Isolated("parts of the installation and the API server stop")
class HighAvailabilityE2E {
  private static final int CUSTOMERS = 8;
  private static final double PER_SECOND = 300;

  /** Beyond 50 s Kubernetes takes the node for lost, and its pods out of every Service. */
  private static final int API_AWAY_MILLIS =
      1000 * Integer.parseInt(System.getenv().getOrDefault("API_AWAY_SECONDS", "10"));

  /** What is promised is 5 s, on a machine that has time: the figure is printed. */
  private static final double RECOVERED_MILLIS = 30_000;

  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("away").whereOursAreKilled();

  private static Scene scene;
  private static Target steady;
  private static Cycles cycles;

  @BeforeAll
  static void open() {
    scene = new Scene(SANDBOX);
    cycles = new Cycles(SANDBOX);
    steady = scene.work("steady", 60, true);
  }

  @AfterAll
  static void close() {
    cycles.close();
    scene.close();
  }

  @AfterEach
  void whole() {
    scene.striker().awaitWhole();
  }

  private static Load load(Target... targets) {
    return scene.load(List.of(targets), Load.Shape.steady(CUSTOMERS, PER_SECOND));
  }

  private static void awaitAnswers(Load load, int further) {
    long before = load.tally().right();
    Await.that(
        further + " further answers", () -> load.tally().right(), now -> now >= before + further);
  }

  /** Ends the load; the promise was kept, and this many requests have no right answer. */
  private static List<Miss> kept(String what, Load load) {
    load.stop();
    Summary summary = scene.summary(load, cycles);
    System.out.println(what + ":\n" + summary);
    assertEquals(List.of(), summary.broken());
    return load.tally().misses();
  }

  @Test
  void activatorsThatAreRolledOverCostNobodyAnAnswerOrAConnection() {
    try (Load load = load(steady)) {
      awaitAnswers(load, 200);
      SANDBOX.cluster().rollOver(Cluster.ACTIVATOR);
      awaitAnswers(load, 200);
      assertEquals(List.of(), kept("activators rolled over", load));
      assertEquals(List.of(), load.tally().unconnected());
    }
  }

  @Test
  void anActivatorThatIsKilledHardTakesOnlyWhatItCarries() {
    try (Load load = load(steady)) {
      awaitAnswers(load, 200);
      Pod victim = scene.striker().component(Cluster.ACTIVATOR, 0).orElseThrow();
      Strike kill = scene.striker().kill(Kind.ACTIVATOR_KILLED, victim);
      awaitAnswers(load, 1000);
      List<Miss> cut = kept("an activator killed hard", load);
      assertTrue(cut.size() <= CUSTOMERS, () -> "more than were in flight: " + cut);
      for (Miss miss : cut) {
        assertTrue(miss.sentNanos() - kill.endedNanos() < KNOWN_NANOS, () -> "much later: " + miss);
      }
      load.tally().unconnected().stream()
          .mapToLong(at -> at - kill.endedNanos())
          .max()
          .ifPresent(
              last -> System.out.printf("connections were refused for %.2f s%n", last / 1e9));
    }
  }

  @Test
  void withoutAnOperatorTrafficAndWakesGoOn() {
    Endpoint asleep = scene.addOne("asleep-1", 2).endpoint();
    asleep.awaitAsleep();
    try (Load load = load(steady)) {
      SANDBOX.cluster().scale(Cluster.OPERATOR, 0);
      AddOne.check(1, asleep.infer(AddOne.request(1)));
      awaitAnswers(load, 500);
      assertEquals(List.of(), kept("no operator", load));
    } finally {
      SANDBOX.cluster().scale(Cluster.OPERATOR, 1);
    }
    asleep.awaitAsleep();
  }

  @Test
  void withoutTheApiTrafficGoesOnPoolsWakeAndOthersWaitForItsReturn() {
    Pool pool = Pool.create(SANDBOX, "small", 1, "64Mi");
    Endpoint pooled = SANDBOX.addOne("pooled").with("scaling.warmPool", "small").apply();
    Endpoint asleep = scene.addOne("asleep-2", 60).endpoint();
    pooled.awaitAsleep();
    asleep.awaitAsleep();
    pool.awaitFree(1);
    try (Load load = load(steady)) {
      awaitAnswers(load, 100);
      CompletableFuture<Strike> away =
          CompletableFuture.supplyAsync(
              () -> scene.striker().pauseApi(API_AWAY_MILLIS), Thread::startVirtualThread);
      awaitAnswers(load, (int) PER_SECOND); // by then it is away
      Answer bridged = AddOne.check(1, pooled.infer(AddOne.request(1)));
      CompletableFuture<Answer> held =
          SANDBOX.gateway().sendAsync(asleep.inferring(AddOne.request(2)));
      awaitAnswers(load, 500);
      long back = away.join().endedNanos();
      AddOne.check(2, held.join());
      double recovered = (System.nanoTime() - back) / 1e6;
      System.out.printf(
          "API away for %d s: a pool's wake took %.0f ms; who waited for the API was answered %.0f ms"
              + " after its return%n",
          API_AWAY_MILLIS / 1000, bridged.millis(), recovered);
      assertTrue(recovered < RECOVERED_MILLIS, () -> "recovered after " + recovered + " ms");
      assertEquals(List.of(), kept("no API", load));
    }
  }

  private static long ready(Target target) {
    return target.endpoint().pods().stream().filter(Readiness::isPodReady).count();
  }

  @Test
  void aReplicaThatIsKilledHardCostsNobodyAnAnswer() {
    Target alone = scene.work("alone", 60, true);
    Target two = scene.work("two", 60, true);
    two.endpoint().with("scaling.minReplicas", 2).apply();
    Await.until("two replicas serve", () -> ready(two) == 2);
    alone.endpoint().with("scaling.minReplicas", 1).apply();
    Await.until("one replica serves", () -> ready(alone) == 1);
    try (Load load = load(alone, two)) {
      awaitAnswers(load, 200);
      for (Target target : List.of(alone, two)) {
        scene.striker().kill(Kind.MODEL_KILLED, target.endpoint().pods().getFirst());
        awaitAnswers(load, 400);
      }
      assertEquals(List.of(), kept("replicas killed hard", load));
    }
  }
}
