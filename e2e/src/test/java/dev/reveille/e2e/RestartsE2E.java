package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A part of Reveille goes away while requests wait; they are answered all the same. */
@Isolated("the operator and an activator restart")
class RestartsE2E {
  private static final int REQUESTS = 20;
  private static final Map<String, String> NO_NODE = Map.of("e2e.reveille.dev/nowhere", "true");

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("restarts");

  /** An endpoint with requests that wait, for a pod that no node takes yet. */
  private static List<CompletableFuture<Answer>> waitingAt(Endpoint endpoint) {
    endpoint.with("server.nodeSelector", NO_NODE).apply();
    endpoint.awaitAsleep();
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    for (int x = 0; x < REQUESTS; x++) {
      waiting.add(SANDBOX.gateway().sendAsync(endpoint.inferring(AddOne.request(x))));
    }
    endpoint.await(
        "has " + REQUESTS + " waiting",
        status -> Integer.valueOf(REQUESTS).equals(status.queued()));
    return waiting;
  }

  /** From now on any node will do. */
  private static void letItRun(Endpoint endpoint) {
    endpoint.without("server.nodeSelector").apply();
  }

  private static void deleteOne(String component) {
    var pod = SANDBOX.cluster().components(component).getFirst();
    SANDBOX.client().resource(pod).delete();
  }

  @Test
  void anOperatorThatRestartsMidWaitLosesNoRequest() {
    Endpoint endpoint = SANDBOX.addOne("operated");
    List<CompletableFuture<Answer>> waiting = waitingAt(endpoint);

    deleteOne(Cluster.OPERATOR);
    letItRun(endpoint);

    for (int x = 0; x < REQUESTS; x++) {
      AddOne.check(x, waiting.get(x).join());
    }
    SANDBOX.cluster().awaitComponent(Cluster.OPERATOR);
  }

  @Test
  void anActivatorThatRestartsMidWaitLosesNoRequestOfTheOther() {
    Endpoint endpoint = SANDBOX.addOne("activated");
    List<CompletableFuture<Answer>> waiting = waitingAt(endpoint);

    deleteOne(Cluster.ACTIVATOR);
    letItRun(endpoint);

    List<Integer> cut = new ArrayList<>();
    for (int x = 0; x < REQUESTS; x++) {
      if (isAnswered(waiting.get(x))) {
        AddOne.check(x, waiting.get(x).join());
      } else {
        cut.add(x);
      }
    }
    // Whoever waited at the one that went sends again, as clients do; nobody gets a wrong answer.
    for (int x : cut) {
      AddOne.check(x, sendUntilAnswered(endpoint, x));
    }
    System.out.printf(
        "activator restarted under %d waiting requests: %d answered at once, %d after sending"
            + " again%n",
        REQUESTS, REQUESTS - cut.size(), cut.size());
    assertTrue(cut.size() < REQUESTS, "the surviving replica answers those that wait at it");
    SANDBOX.cluster().awaitComponent(Cluster.ACTIVATOR);
    AddOne.check(7, endpoint.infer(AddOne.request(7)));
  }

  /** True: an answer; false: the connection was cut, or the activator said that it is going. */
  private static boolean isAnswered(CompletableFuture<Answer> request) {
    return request.handle((answer, cut) -> answer != null && answer.status() != 503).join();
  }

  private static Answer sendUntilAnswered(Endpoint endpoint, int x) {
    return Await.that(
            "request " + x + " is answered",
            () -> SANDBOX.gateway().sendAsync(endpoint.inferring(AddOne.request(x))),
            RestartsE2E::isAnswered)
        .join();
  }
}
