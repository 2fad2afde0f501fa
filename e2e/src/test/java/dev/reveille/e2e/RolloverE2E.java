package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.reveille.crds.Api;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.SteadyLoad;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changing a live endpoint under load loses no request. */
class RolloverE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("rollover");

  @Test
  void changesOfALiveEndpointRollOverWithoutLosingARequest() {
    Endpoint endpoint = SANDBOX.addOne("live").with("scaling.maxReplicas", 2).apply();
    endpoint.awaitAsleep();
    try (var load = new SteadyLoad(endpoint, 3)) {
      load.awaitAnswers(20, "1");
      String first = revision(endpoint);

      endpoint.with("model.version", "2").apply();
      load.awaitAnswers(20, "2");
      endpoint.awaitRollout();
      int old = load.answeredByVersion().get("1");
      load.awaitAnswers(20, "2");
      assertEquals(old, load.answeredByVersion().get("1"), "version 1 answers no more");
      assertNotEquals(first, revision(endpoint));

      endpoint
          .with("server.threads", 1)
          .with(
              "server.resources",
              Map.of(
                  "requests", Map.of("cpu", "60m", "memory", "160Mi"),
                  "limits", Map.of("cpu", "1", "memory", "512Mi")))
          .apply();
      Await.until(
          "the Deployment has the new resources",
          () ->
              endpoint
                  .deployment()
                  .getSpec()
                  .getTemplate()
                  .getSpec()
                  .getContainers()
                  .getFirst()
                  .getResources()
                  .getRequests()
                  .get("cpu")
                  .toString()
                  .equals("60m"));
      endpoint.awaitRollout();
      load.awaitAnswers(20, "2");

      endpoint.with("scaling.minReplicas", 2).apply();
      endpoint.await("has two replicas", status -> Integer.valueOf(2).equals(status.replicas()));
      load.awaitAnswers(20, "2");
      endpoint.with("scaling.minReplicas", 0).with("scaling.maxReplicas", 1).apply();
      Await.until("one replica is wanted", () -> endpoint.wantedReplicas() == 1);
      Await.that("one pod is left", endpoint::pods, pods -> pods.size() == 1);
      load.awaitAnswers(20, "2");
      System.out.println(
          "steady load through four changes: "
              + load.finish()
              + " sent, all answered right, "
              + load.answeredByVersion());
    }
  }

  private static String revision(Endpoint endpoint) {
    return endpoint
        .deployment()
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getLabels()
        .get(Api.REVISION_LABEL);
  }
}
