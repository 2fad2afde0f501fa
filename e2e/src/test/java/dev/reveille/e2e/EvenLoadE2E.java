package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Figures;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Replicas get even shares, no more at once than they may, and none that they would fail. */
@Isolated("it compares times")
class EvenLoadE2E {
  private static final double EVEN = 1.25;
  private static final long SLOW_START_NANOS = TimeUnit.SECONDS.toNanos(5);

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("even");

  /** A server that tells which pod it is and how many requests it had at once. */
  private static Endpoint busy(String name, int min, int max) {
    return SANDBOX
        .endpoint(name)
        .with("container.image", ModelSource.image())
        .with("container.readinessPath", "/healthz")
        .with("container.resources", Sandbox.SMALL)
        .with("scaling.minReplicas", min)
        .with("scaling.maxReplicas", max)
        .with("scaling.targetConcurrency", 1);
  }

  /** So many requests by so many clients, each one at a time. */
  private static List<Answer> load(Endpoint endpoint, int clients, int requests, String query) {
    List<Future<List<Answer>>> shares = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        shares.add(
            threads.submit(
                () ->
                    Stream.generate(() -> SANDBOX.gateway().get(endpoint.path("/busy?" + query)))
                        .limit(requests / clients)
                        .toList()));
      }
    }
    return shares.stream().map(Future::resultNow).flatMap(List::stream).toList();
  }

  private static Map<String, Long> byPod(List<Answer> answers) {
    return answers.stream()
        .collect(
            Collectors.groupingBy(
                answer -> answer.json().path("pod").asText(), TreeMap::new, Collectors.counting()));
  }

  private static double ratio(Map<String, Long> shares) {
    long most = shares.values().stream().mapToLong(i -> i).max().orElseThrow();
    long least = shares.values().stream().mapToLong(i -> i).min().orElseThrow();
    return (double) most / least;
  }

  private static long failed(List<Answer> answers) {
    return answers.stream().filter(answer -> answer.status() != 200).count();
  }

  /** Each activator sends less to a replica for as long as it has known it for a short time. */
  private static void awaitSlowStartOver(Endpoint endpoint, int replicas) {
    load(endpoint, 12, 24, "millis=5"); // who was never called has no figures
    Await.that(
        "each activator knows all replicas",
        () -> figures("reveille_backends", endpoint),
        known -> !known.isEmpty() && known.stream().allMatch(each -> each == replicas));
    long knownSince = System.nanoTime();
    Await.until("the slow start is over", () -> System.nanoTime() - knownSince >= SLOW_START_NANOS);
    load(endpoint, 12, 120, "millis=5"); // who was sent to while it was slow has turns to sit out
  }

  /** At each activator that was called. */
  private static List<Double> figures(String name, Endpoint endpoint) {
    return new Figures(SANDBOX.cluster())
        .each(
            name,
            "endpoint=\"" + endpoint.name() + '"',
            "namespace=\"" + SANDBOX.namespace() + '"');
  }

  @Test
  void threeReplicasGetEvenSharesAndOneThatFailsIsLeftOutAndNamed() {
    Endpoint endpoint = busy("three", 3, 3).apply();
    endpoint.await("has three replicas", status -> Integer.valueOf(3).equals(status.replicas()));
    awaitSlowStartOver(endpoint, 3);
    for (int clients : List.of(1, 12)) {
      Map<String, Long> shares = byPod(load(endpoint, clients, 300, "millis=5"));
      System.out.printf(
          "spread of 300 requests by %d client(s) over three replicas: %s, most/least %.2f%n",
          clients, shares.values(), ratio(shares));
      assertEquals(3, shares.size(), shares::toString);
      assertTrue(ratio(shares) <= EVEN, shares::toString);
    }

    String broken = endpoint.pods().getFirst().getMetadata().getName();
    String fails = "millis=5&fails=" + broken;
    long lost = failed(load(endpoint, 6, 300, fails));
    Condition condition = endpoint.awaitCondition("BackendsHealthy", "False", "LeftOut");
    assertTrue(condition.getMessage().contains(broken), condition::getMessage);
    long lostLater = failed(load(endpoint, 6, 300, fails));
    System.out.printf("one of three broken: %d of 300 lost, then %d of 300%n", lost, lostLater);
    assertTrue(lostLater < 300 / 3 / 2, lostLater + " lost though it is left out");
    String described =
        Command.run("kubectl", "-n", SANDBOX.namespace(), "describe", "ie", endpoint.name());
    assertTrue(described.contains("pod " + broken + " answered with 502, 503 or 504"), described);
    Await.that(
        "an Event names it",
        () -> SANDBOX.events("InferenceEndpoint", endpoint.name()),
        events -> events.stream().anyMatch(each -> each.startsWith("LeftOut: pod " + broken)));

    Await.that(
        "it is back once it is well",
        () -> {
          load(endpoint, 6, 60, "millis=5");
          return endpoint.status();
        },
        status ->
            Endpoint.condition(status, "BackendsHealthy")
                .filter(each -> each.getStatus().equals("True"))
                .isPresent());
    assertEquals(3, byPod(load(endpoint, 6, 300, "millis=5")).size());
  }

  @Test
  void aReplicaNeverHasMoreAtOnceThanItMayThoughThereAreTwoActivators() {
    Endpoint endpoint = busy("hard", 0, 2).with("scaling.containerConcurrency", 1).apply();
    endpoint.awaitAsleep();
    List<CompletableFuture<Answer>> first =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    SANDBOX
                        .gateway()
                        .sendAsync(
                            SANDBOX.gateway().request(endpoint.path("/busy?millis=20")).GET()))
            .toList();
    List<Answer> answers = new ArrayList<>(first.stream().map(CompletableFuture::join).toList());
    endpoint.awaitState(EndpointState.READY);
    answers.addAll(load(endpoint, 12, 240, "millis=20"));
    assertEquals(0, failed(answers), "all are answered");
    Map<String, Integer> peaks = new TreeMap<>();
    answers.forEach(
        answer ->
            peaks.merge(
                answer.json().path("pod").asText(), answer.json().path("peak").asInt(), Math::max));
    double relayed = figures("reveille_relays_total", endpoint).stream().mapToDouble(i -> i).sum();
    System.out.printf(
        "most at once by replica, of %d requests, %.0f of them relayed: %s%n",
        answers.size(), relayed, peaks);
    if (SANDBOX.gateway().leadsToSeveral()) {
      assertTrue(relayed > 0, "two activators took part");
    }
    assertTrue(peaks.values().stream().allMatch(peak -> peak == 1), peaks::toString);
  }
}
