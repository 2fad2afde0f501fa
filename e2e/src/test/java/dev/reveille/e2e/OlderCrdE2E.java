package dev.reveille.e2e;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A CRD that does not know all that the operator says of an endpoint. */
@Isolated("the CRD is an older one for a while")
class OlderCrdE2E {
  private static final String CRD = "crd/inferenceendpoints.reveille.dev";
  private static final String URL =
      "/spec/versions/0/schema/openAPIV3Schema/properties/status/properties/url";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("older-crd");

  @Test
  void anOlderCrdIsSaidAndHarmsNoRequest() {
    Endpoint endpoint = SANDBOX.addOne("older").apply();
    endpoint.awaitAsleep();
    String url =
        Command.run(
            "kubectl",
            "get",
            CRD,
            "-o",
            "jsonpath={.spec.versions[0].schema.openAPIV3Schema.properties.status.properties.url}");
    patch("{\"op\": \"remove\", \"path\": \"%s\"}".formatted(URL));
    try {
      anOperatorStarts();
      long began = System.nanoTime();
      AddOne.check(1, endpoint.infer(AddOne.request(1)));
      endpoint.awaitCondition("StatusComplete", "False", "OlderCrd");
      System.out.printf("older CRD: told after %.1f s%n", (System.nanoTime() - began) / 1e9);
    } finally {
      patch("{\"op\": \"add\", \"path\": \"%s\", \"value\": %s}".formatted(URL, url));
    }
    anOperatorStarts();
    endpoint.await(
        "is whole again",
        status -> status.url() != null && Endpoint.condition(status, "StatusComplete").isEmpty());
  }

  /** Of the CRD that is there: it is the chart's, and stays so. */
  private static void patch(String operation) {
    Command.run("kubectl", "patch", CRD, "--type=json", "-p", "[" + operation + "]");
  }

  /** As an upgrade has it: the CRD is what it is, and another operator comes. */
  private static void anOperatorStarts() {
    String release = "deployment/reveille-operator";
    Command.run("kubectl", "rollout", "restart", release, "-n", Cluster.SYSTEM);
    Command.run("kubectl", "rollout", "status", release, "-n", Cluster.SYSTEM, "--timeout=90s");
    SANDBOX.cluster().awaitComponent(Cluster.OPERATOR);
  }
}
