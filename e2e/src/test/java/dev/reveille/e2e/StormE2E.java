package dev.reveille.e2e;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Many endpoints called at once: all are woken, nobody is lost, all go back to sleep. */
@Isolated("it compares times")
class StormE2E {
  private static final int ENDPOINTS = 10;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("storm");

  @Test
  void endpointsWokenAtOnceAllAnswer() {
    List<Endpoint> endpoints =
        IntStream.range(0, ENDPOINTS)
            .mapToObj(i -> SANDBOX.addOne("storm-" + i).with("scaling.idleSeconds", 3).apply())
            .toList();
    endpoints.forEach(Endpoint::awaitAsleep);
    long began = System.nanoTime();
    List<CompletableFuture<Answer>> sent =
        IntStream.range(0, ENDPOINTS)
            .mapToObj(
                i -> SANDBOX.gateway().sendAsync(endpoints.get(i).inferring(AddOne.request(i))))
            .toList();
    double sentMillis = (System.nanoTime() - began) / 1e6;
    double slowest = 0;
    for (int i = 0; i < ENDPOINTS; i++) {
      Answer answer = AddOne.check(i, sent.get(i).join());
      answer.timing().expectSound(answer.millis());
      slowest = Math.max(slowest, answer.millis());
    }
    System.out.printf(
        "%d endpoints woken within %.0f ms, none lost, the slowest answer after %.0f ms%n",
        ENDPOINTS, sentMillis, slowest);
    endpoints.forEach(Endpoint::awaitAsleep);
  }
}
