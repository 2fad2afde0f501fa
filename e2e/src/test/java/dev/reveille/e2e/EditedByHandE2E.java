package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.SteadyLoad;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects of an endpoint that somebody edits or deletes become again what the endpoint says. */
class EditedByHandE2E {
  private static final String NAME = "edited";

  /** Ten seconds are promised; a busy machine has three times as many. */
  private static final double WITHIN = 30;

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("by-hand");

  private static Endpoint endpoint;

  @BeforeAll
  static void anEndpointIsMade() {
    endpoint =
        SANDBOX
            .addOne(NAME)
            .with("scaling.idleSeconds", 3600)
            .with("scaling.maxReplicas", 2)
            .apply();
    endpoint.awaitAsleep();
  }

  private static void awaitServing() {
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    Await.until("an HPA is there", () -> !uid("hpa").isEmpty());
  }

  /**
   * @param path of what the patch changes, as kubectl's jsonpath has it
   */
  private record Edit(String kind, String path, String patch) {
    void expectPutBack() {
      String before = get(kind, path);
      Command.run("kubectl", "patch", kind, NAME, "-n", SANDBOX.namespace(), "-p", patch);
      double took =
          seconds(() -> Await.that(this + " is put back", () -> get(kind, path), before::equals));
      System.out.printf("%s %s edited: put back after %.1f s%n", kind, path, took);
    }
  }

  @Test
  void whatIsEditedIsPutBackAndNoRequestIsLost() {
    awaitServing();
    String container = get("deployment", "{.spec.template.spec.containers[0].name}");
    try (var load = new SteadyLoad(endpoint, 2)) {
      List.of(
              new Edit("hpa", "{.spec.maxReplicas}", "spec: {maxReplicas: 9}"),
              new Edit(
                  "deployment",
                  "{.spec.template.spec.containers[0].image}",
                  "spec: {template: {spec: {containers: [{name: %s, image: registry.invalid/x}]}}}"
                      .formatted(container)),
              new Edit(
                  "service", "{.spec.externalName}", "spec: {externalName: elsewhere.invalid}"))
          .forEach(Edit::expectPutBack);
      Command.run(
          "kubectl", "scale", "deployment", NAME, "--replicas=7", "-n", SANDBOX.namespace());
      seconds(() -> Await.until("at most two replicas", () -> endpoint.wantedReplicas() <= 2));
      endpoint.awaitRollout();
      System.out.println(load.finish() + " requests answered meanwhile");
    }
  }

  @Test
  void whatIsDeletedComesAgain() {
    awaitServing();
    for (String kind : List.of("hpa", "service", "deployment")) {
      String before = uid(kind);
      Command.run("kubectl", "delete", kind, NAME, "-n", SANDBOX.namespace(), "--wait=false");
      double took =
          seconds(
              () ->
                  Await.that(
                      kind + " is there again",
                      () -> uid(kind),
                      now -> !now.isEmpty() && !now.equals(before)));
      System.out.printf("%s deleted: there again after %.1f s%n", kind, took);
      AddOne.check(2, endpoint.infer(AddOne.request(2)));
    }
  }

  @Test
  void aDeploymentThatIsScaledToZeroIsWokenByTheNextRequest() {
    Endpoint scaled = SANDBOX.addOne("scaled").with("scaling.idleSeconds", 3600).apply();
    scaled.awaitAsleep();
    AddOne.check(1, scaled.infer(AddOne.request(1)));
    Command.run(
        "kubectl", "scale", "deployment", "scaled", "--replicas=0", "-n", SANDBOX.namespace());
    Await.that("its pods are gone", scaled::pods, List::isEmpty);
    double took = seconds(() -> AddOne.check(2, scaled.infer(AddOne.request(2))));
    System.out.printf("Deployment scaled to 0: the next request took %.1f s%n", took);
    assertEquals(1, scaled.wantedReplicas());
  }

  private static String uid(String kind) {
    return get(kind, "{.metadata.uid}");
  }

  /** Empty when there is no such object. */
  private static String get(String kind, String path) {
    return Command.run(
        "kubectl",
        "get",
        kind,
        NAME,
        "-n",
        SANDBOX.namespace(),
        "--ignore-not-found",
        "-o",
        "jsonpath=" + path);
  }

  private static double seconds(Runnable action) {
    long began = System.nanoTime();
    action.run();
    double took = (System.nanoTime() - began) / 1e9;
    assertTrue(took < WITHIN, "took " + took + " s");
    return took;
  }
}
