package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.ApiRequests;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Figures;
import dev.reveille.e2e.kit.Fleet;
import dev.reveille.e2e.kit.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Endpoints that sleep cost the API server nothing; `make bench-scale` has more of them. */
@Isolated("it counts what is written")
class ManyEndpointsE2E {
  private static final int MANY = 150;

  /** Kubernetes' own controllers make 20 requests a second, and several for each endpoint. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final Duration QUIET = Duration.ofSeconds(20);

  /** What others write because the operator's own pod goes and another comes. */
  private static final Pattern OF_A_RESTART =
      Pattern.compile("(pods|replicasets)(/.*)?|events|deployments/status");

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("many");

  @Test
  void manyThatSleepAreRoutedToAndWrittenByNobodyNotEvenWhenTheOperatorRestarts() {
    try (Fleet fleet = new Fleet(SANDBOX)) {
      fleet.growTo(MANY);
      fleet.awaitAsleep(PATIENCE);
      awaitOthersGone();
      awaitQuiet("all is made");
      assertEquals(List.of(), autoscalers(), "an autoscaler of what sleeps only costs");

      int told = events();
      ApiRequests before = ApiRequests.soFar(SANDBOX.client());
      restartOperator();
      Await.that("each was looked at", this::reconciliations, n -> n >= MANY);
      awaitQuiet("the new operator has nothing to write");
      ApiRequests writes = writesSince(before);
      assertEquals(0, writes.sum(), "of endpoints, by a restart and afterwards: " + writes);

      assertEquals(told, events(), "Events: nothing is told twice");

      assertEquals(List.of(), fleet.unknown());
      Endpoint one = SANDBOX.endpoint("fleet-" + MANY / 2);
      AddOne.check(1, SANDBOX.gateway().send(one.inferring(AddOne.request(1))));
    }
  }

  /** Other tests' endpoints are still being deleted: that is not what is measured. */
  private static void awaitOthersGone() {
    Await.that(
        "no endpoint of another namespace",
        PATIENCE,
        () ->
            SANDBOX
                .client()
                .resources(InferenceEndpoint.class)
                .inAnyNamespace()
                .list()
                .getItems()
                .stream()
                .filter(each -> !each.getMetadata().getNamespace().equals(SANDBOX.namespace()))
                .count(),
        others -> others == 0);
  }

  /** For twenty seconds nothing is written. */
  private static void awaitQuiet(String why) {
    Await.that(
        why + ": no write for " + QUIET.toSeconds() + " s",
        PATIENCE,
        () -> {
          ApiRequests before = ApiRequests.soFar(SANDBOX.client());
          long end = System.nanoTime() + QUIET.toNanos();
          Await.until("time goes by", () -> System.nanoTime() > end);
          return writesSince(before);
        },
        writes -> writes.sum() == 0);
  }

  /** What this operator may have written, and what it leads others to write. */
  private static ApiRequests writesSince(ApiRequests before) {
    return ApiRequests.soFar(SANDBOX.client())
        .since(before)
        .writesOfEndpoints()
        .only(kind -> !OF_A_RESTART.matcher(kind.what()).matches());
  }

  private static void restartOperator() {
    Set<String> old = names();
    SANDBOX.client().pods().inNamespace(Cluster.SYSTEM).withName(old.iterator().next()).delete();
    Await.that("another operator", ManyEndpointsE2E::names, now -> !now.equals(old));
    SANDBOX.cluster().awaitComponent(Cluster.OPERATOR);
  }

  private static Set<String> names() {
    return SANDBOX.cluster().components(Cluster.OPERATOR).stream()
        .map(pod -> pod.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  private double reconciliations() {
    return new Figures(SANDBOX.cluster(), Cluster.OPERATOR)
        .sum("reveille_operator_reconciles_total", "outcome=\"succeeded\"");
  }

  private static int events() {
    return SANDBOX.client().v1().events().inNamespace(SANDBOX.namespace()).list().getItems().size();
  }

  private static List<String> autoscalers() {
    return SANDBOX
        .client()
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(SANDBOX.namespace())
        .list()
        .getItems()
        .stream()
        .map(each -> each.getMetadata().getName())
        .toList();
  }
}
