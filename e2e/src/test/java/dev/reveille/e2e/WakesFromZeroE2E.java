package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.ASLEEP;
import static dev.reveille.crds.EndpointState.READY;
import static dev.reveille.crds.EndpointState.WAKING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.PhaseStatus;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.MiniLm;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job: an endpoint at zero answers a request, and goes back to zero. */
class WakesFromZeroE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("wakes");

  @Test
  void firstRequestWakesASleepingEndpointThatSleepsAgain() {
    Endpoint endpoint =
        SANDBOX
            .endpoint("minilm")
            .with("model.storageUri", ModelSource.uri(MiniLm.FILE))
            .with("model.digest", MiniLm.digest())
            .with("scaling.idleSeconds", 2)
            .apply();
    InferenceEndpointStatus asleep = endpoint.awaitAsleep();
    assertEquals(MiniLm.digest(), asleep.model().digest());
    try (var history = endpoint.history()) {
      Answer answer = MiniLm.check(endpoint.infer(MiniLm.request()));
      answer.timing().expectSound(answer.millis());
      System.out.println(
          "first answer after " + Math.round(answer.millis()) + " ms: " + answer.timing());

      history.awaitStates(ASLEEP, WAKING, READY, ASLEEP);
      InferenceEndpointStatus slept = endpoint.awaitAsleep();
      assertEquals(List.of(0, 1, 0), history.replicas(), "replicas wanted, each change once");
      expectColdStart(slept, answer);
    }
    expectTheTableOfKubectl(endpoint);
  }

  private static void expectColdStart(InferenceEndpointStatus status, Answer answer) {
    assertEquals(1, status.coldStarts().count(), "cold starts counted");
    var last = status.coldStarts().last();
    assertEquals(
        answer.timing().total(),
        last.totalMillis(),
        last.totalMillis() * 0.05,
        "in status and header");
    double sum = last.phases().stream().mapToDouble(PhaseStatus::millis).sum();
    assertEquals(last.totalMillis(), sum, last.totalMillis() * 0.05, () -> "sum of " + last);
  }

  private static void expectTheTableOfKubectl(Endpoint endpoint) {
    String table = Command.run("kubectl", "get", "ie", "-n", SANDBOX.namespace());
    List<String> lines = table.lines().toList();
    for (String column :
        List.of("STATE", "REPLICAS", "URL", "MODEL", "LAST COLD START", "QUEUED", "AGE")) {
      assertTrue(lines.getFirst().contains(column), () -> "no column " + column + " in\n" + table);
    }
    String row =
        lines.stream()
            .filter(line -> line.startsWith(endpoint.name() + " "))
            .findFirst()
            .orElseThrow();
    assertTrue(row.contains("Asleep"), table);
    assertTrue(row.matches(".*\\d(ms|s) .*"), () -> "no last cold start in\n" + table);
  }

  @Test
  void hostNamesLeadToAnEndpoint() {
    Endpoint endpoint = SANDBOX.addOne("by-host").with("scaling.idleSeconds", 2).apply();
    endpoint.awaitAsleep();
    for (String host :
        List.of(
            endpoint.host(), endpoint.host() + ".svc", endpoint.host() + ".svc.cluster.local:80")) {
      Answer answer =
          SANDBOX
              .gateway()
              .send(
                  SANDBOX
                      .gateway()
                      .posting("/v2/models/by-host/infer", AddOne.request(7))
                      .setHeader("Host", host));
      AddOne.check(7, answer);
    }
  }

  @Test
  void theEndpointsServiceNameLeadsToItInsideTheCluster() {
    Endpoint endpoint = SANDBOX.addOne("by-name").with("scaling.idleSeconds", 2).apply();
    endpoint.awaitAsleep();
    String metadata =
        ModelSource.fetch(SANDBOX.cluster(), "http://" + endpoint.host() + "/v2/models/by-name");
    assertTrue(metadata.contains("onnxruntime"), metadata);
    assertEquals(
        ModelSource.fetch(SANDBOX.cluster(), endpoint.status().url() + "/v2/models/by-name"),
        metadata,
        "the URL in status leads to the same");
  }
}
