package dev.reveille.activator.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.measure.Meters;
import dev.reveille.activator.pool.Claims.Answer;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ModelSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two activators claim for many endpoints at once, over a network that delays, loses and repeats,
 * in virtual time: no pod has two owners, nobody believes a pod its own that is another's.
 */
class ClaimRaceTest {
  private static final long MS = 1_000_000;
  private static final PoolName POOL = new PoolName("demo", "small");

  /** A pool pod: the first claim makes it the endpoint's, for ever. */
  private static final class FakePod {
    final String instance;
    @Nullable String owner;

    FakePod(String instance) {
      this.instance = instance;
    }

    boolean claim(String uid) {
      owner = owner == null ? uid : owner;
      return owner.equals(uid);
    }
  }

  private record Event(long at, long order, Runnable what) {}

  /** One seeded run. */
  private static final class Simulation {
    final Random random;
    final double loss;
    final PriorityQueue<Event> events =
        new PriorityQueue<>(
            java.util.Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    final Map<String, FakePod> pods = new HashMap<>();
    final List<Pools> activators = List.of(pools(), pools());
    final List<Claims> claims;
    final Map<String, String> ownersSeen = new HashMap<>();
    long now;
    long order;
    int asked;

    Simulation(long seed, double loss) {
      random = new Random(seed);
      this.loss = loss;
      claims = activators.stream().map(this::claims).toList();
    }

    private static Pools pools() {
      return new Pools((pool, host) -> true);
    }

    private Claims claims(Pools pools) {
      return new Claims(pools, this::ask, modelId -> "sha256:0", () -> now);
    }

    private void later(long most, Runnable what) {
      events.add(new Event(now + random.nextLong(most) + 1, order++, what));
    }

    /** The request may be lost, repeated, late; so may the answer. */
    private Future<Answer> ask(Endpoint endpoint, Member member, String digest) {
      asked++;
      Promise<Answer> promise = Promise.promise();
      int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < loss ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        later(20 * MS, () -> arrive(endpoint, member, promise));
      }
      events.add(new Event(now + 500 * MS, order++, () -> promise.tryComplete(Answer.LOST)));
      return promise.future();
    }

    private void arrive(Endpoint endpoint, Member member, Promise<Answer> promise) {
      FakePod pod = pods.get(member.instance());
      Answer answer = pod != null && pod.claim(endpoint.uid()) ? Answer.OURS : Answer.NOT_OURS;
      if (pod != null && pod.owner != null) {
        String before = ownersSeen.putIfAbsent(pod.instance, pod.owner);
        assertTrue(before == null || before.equals(pod.owner), "two owners");
      }
      if (answer == Answer.OURS) {
        assertEquals(endpoint.uid(), pods.get(member.instance()).owner);
      }
      if (random.nextDouble() >= loss) {
        later(20 * MS, () -> promise.tryComplete(answer));
      }
    }

    /** A pod says that it is free; each activator hears of it, sooner or later. */
    void joins(String instance) {
      FakePod pod = new FakePod(instance);
      pods.put(instance, pod);
      for (Pools activator : activators) {
        later(2000 * MS, () -> activator.hello(hello(instance), "10.0.0." + instance, now));
      }
    }

    void run() {
      Event next;
      while ((next = events.poll()) != null) {
        now = Math.max(now, next.at());
        next.what().run();
      }
    }
  }

  private static PoolHello hello(String instance) {
    return new PoolHello("u", "demo", "small", "r1", instance, 8080, "free", "key");
  }

  private static Endpoint endpoint(String name) {
    InferenceEndpoint resource = new InferenceEndpoint();
    resource.getMetadata().setUid("uid-" + name);
    resource.getMetadata().setName(name);
    resource.getMetadata().setNamespace("demo");
    resource.setSpec(InferenceEndpointSpec.of(ModelSpec.at("http://h/m")));
    return new Endpoint(
        resource, new Meters(new SimpleMeterRegistry(), "demo", name, Meters.STABLE), 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 0.3})
  void noPodHasTwoOwners(double loss) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      endpoints.add(endpoint("e" + i));
    }
    int asked = 0;
    for (long seed = 0; asked < 40_000; seed++) {
      Simulation simulation = new Simulation(seed, loss);
      for (int pod = 0; pod < 60; pod++) {
        simulation.joins("p" + seed + "-" + pod);
      }
      List<Future<Boolean>> outcomes = new ArrayList<>();
      List<Endpoint> claimants = new ArrayList<>();
      for (Endpoint endpoint : endpoints) {
        for (Claims activator : simulation.claims) {
          simulation.later(
              4000 * MS,
              () -> {
                claimants.add(endpoint);
                outcomes.add(activator.claim(endpoint, POOL.name()));
              });
        }
      }
      simulation.run();
      for (int i = 0; i < outcomes.size(); i++) {
        String uid = claimants.get(i).uid();
        assertTrue(outcomes.get(i).succeeded(), "every claim ends");
        boolean owns = simulation.pods.values().stream().anyMatch(pod -> uid.equals(pod.owner));
        assertTrue(owns || !outcomes.get(i).result(), "who was told yes has a pod");
      }
      asked += simulation.asked;
    }
    assertTrue(asked >= 40_000, "three runs: more than 100,000 claims");
  }

  @Test
  void activatorsThatSeeTheSamePodsShareOneOfThem() {
    Simulation simulation = new Simulation(7, 0.2);
    for (int pod = 0; pod < 20; pod++) {
      String instance = "p" + pod;
      simulation.pods.put(instance, new FakePod(instance));
      simulation.activators.forEach(
          activator -> activator.hello(hello(instance), "10.0.0." + instance, 0));
    }
    Endpoint endpoint = endpoint("e");
    List<Future<Boolean>> both =
        simulation.claims.stream().map(each -> each.claim(endpoint, POOL.name())).toList();
    simulation.run();
    assertTrue(both.stream().allMatch(Future::result));
    assertEquals(
        1,
        simulation.pods.values().stream().filter(pod -> endpoint.uid().equals(pod.owner)).count());
  }

  @Test
  void anEmptyPoolIsAMissAndNoError() {
    Simulation simulation = new Simulation(1, 0);
    Future<Boolean> claim = simulation.claims.getFirst().claim(endpoint("e"), POOL.name());
    assertEquals(false, claim.result());
    Pools.Census census =
        simulation.activators.getFirst().census((uid, host) -> true, 0).getFirst();
    assertEquals(1, census.misses());
    assertEquals(0, census.claims());
  }

  @Test
  void aPodIsFreeWhileItSaysSoAndNobodyTookIt() {
    Pools pools = new Pools((pool, host) -> true);
    pools.hello(hello("a"), "10.0.0.1", 0);
    assertEquals(1, pools.free(POOL, "uid", 1000 * MS).size());
    assertEquals(0, pools.free(POOL, "uid", 11_000 * MS).size(), "not heard of for 10 s");
    pools.hello(hello("a"), "10.0.0.1", 11_000 * MS);
    pools.taken(POOL, "a", "10.0.0.1", "uid-a", 11_000 * MS);
    assertEquals(0, pools.free(POOL, "uid", 11_001 * MS).size(), "taken");
  }

  @Test
  void aTakenPodThatNobodyNeedsIsSpent() {
    Pools pools = new Pools((pool, host) -> true);
    pools.hello(hello("a"), "10.0.0.1", 0);
    pools.hello(hello("b"), "10.0.0.2", 0);
    pools.taken(POOL, "a", "10.0.0.1", "uid-a", 0);
    pools.taken(POOL, "b", "10.0.0.2", "uid-b", 0);
    assertEquals(Set.of(), spent(pools, 50_000 * MS), "they may be loading");
    pools.relieved("10.0.0.1");
    assertEquals(Set.of("10.0.0.1"), spent(pools, 50_000 * MS), "relieved");
    assertEquals(
        Set.of("10.0.0.1", "10.0.0.2"), spent(pools, 61_000 * MS), "it never came to serve");
  }

  private static Set<String> spent(Pools pools, long now) {
    return pools.census((uid, host) -> false, now).getFirst().spent();
  }

  @Test
  void aPodThatTheClusterDoesNotShowInThePoolIsNotAsked() {
    Pools pools = new Pools((pool, host) -> false);
    pools.hello(hello("a"), "10.0.0.1", 0);
    assertEquals(List.of(), pools.free(POOL, "uid", 1));
  }
}
