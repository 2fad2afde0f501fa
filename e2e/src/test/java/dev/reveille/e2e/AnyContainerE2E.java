package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.ASLEEP;
import static dev.reveille.crds.EndpointState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpointStatus.ColdStartStatus;
import dev.reveille.crds.InferenceEndpointStatus.PhaseStatus;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.ServerTiming;
import dev.reveille.e2e.kit.SlowPost;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Servers that are not ours, and say no hello, are woken, held, measured and put to sleep alike.
 */
class AnyContainerE2E {
  private static final String FLOWERS =
      "{\"instances\": [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]}";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("any");

  @Test
  void aScikitLearnModelInPythonSleepsAndAnswersTheFirstRequest() {
    Endpoint iris =
        SANDBOX
            .endpoint("iris")
            .with("container.image", Cluster.image("REVEILLE_IRIS_IMAGE"))
            .with("container.readinessPath", "/healthz")
            .with("container.env", List.of(Map.of("name", "OMP_NUM_THREADS", "value", "1")))
            .with("container.resources", Sandbox.SMALL)
            .with("container.securityContext", Map.of("readOnlyRootFilesystem", true))
            .with("requests.idempotent", false)
            .with("scaling.idleSeconds", 3);
    Answer answer = wakesAndSleeps(iris, "/predict", FLOWERS);
    assertEquals("[\"setosa\",\"virginica\"]", answer.json().path("predictions").toString());
    finishesWhatItRuns(iris, "/predict", FLOWERS);
  }

  @Test
  void aGoServerHasWhatItAsksForAndAnswersTheFirstRequest() {
    settings();
    Endpoint own =
        SANDBOX
            .endpoint("own")
            .with("container.image", ModelSource.image())
            .with("container.readinessPath", "/healthz")
            .with("container.resources", Sandbox.SMALL)
            .with("container.workingDir", "/var/own")
            .with(
                "container.env",
                List.of(
                    Map.of(
                        "name",
                        "TOKEN",
                        "valueFrom",
                        Map.of("secretKeyRef", Map.of("name", "hub", "key", "token"))),
                    Map.of(
                        "name",
                        "POD_NAMESPACE",
                        "valueFrom",
                        Map.of("fieldRef", Map.of("fieldPath", "metadata.namespace")))))
            .with(
                "container.envFrom",
                List.of(Map.of("configMapRef", Map.of("name", "own"), "prefix", "OWN_")))
            .with(
                "container.volumes",
                List.of(Map.of("name", "settings", "configMap", Map.of("name", "own"))))
            .with(
                "container.volumeMounts",
                List.of(Map.of("name", "settings", "mountPath", "/var/own")))
            .with("container.securityContext", Map.of("runAsUser", 1234, "fsGroup", 1234))
            .with("requests.idempotent", false)
            .with("scaling.idleSeconds", 3);
    String sent = "{\"any\": \"body\"}";
    assertEquals(sent, wakesAndSleeps(own, "/echo", sent).json().path("body").asText());
    assertEquals("s3cret", get(own, "/environment?name=TOKEN"));
    assertEquals(SANDBOX.namespace(), get(own, "/environment?name=POD_NAMESPACE"));
    assertEquals("blue", get(own, "/environment?name=OWN_colour"));
    assertEquals("blue", get(own, "/file?path=colour"), "in the working directory, a volume");
    finishesWhatItRuns(own, "/echo", sent);
  }

  @Test
  void whatCannotRunSaysWhatToWrite() {
    Endpoint root =
        SANDBOX
            .endpoint("root")
            .with("container.image", Cluster.image("REVEILLE_ROOT_IMAGE"))
            .with("container.resources", Sandbox.SMALL)
            .with("scaling.minReplicas", 1)
            .apply();
    Endpoint changed =
        SANDBOX.endpoint("changed").with("container.image", ModelSource.image()).apply();
    changed.awaitAsleep();
    expectRefusal(changed);
    expectRefusal(SANDBOX.endpoint("new").with("container.image", ModelSource.image()));
    String message = root.awaitCondition("Ready", "False", "RunsAsRoot").getMessage();
    assertTrue(message.contains("securityContext.runAsUser"), message);
  }

  /** What the schema leaves to the cluster to check. */
  private static void expectRefusal(Endpoint endpoint) {
    String message =
        endpoint
            .with("container.affinity", Map.of("nodeAfinity", Map.of()))
            .apply()
            .awaitCondition("Ready", "False", "ObjectRefused")
            .getMessage();
    assertTrue(message.contains("nodeAfinity"), message);
  }

  private static void settings() {
    SANDBOX
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("hub")
                .withNamespace(SANDBOX.namespace())
                .endMetadata()
                .addToStringData("token", "s3cret")
                .build())
        .create();
    SANDBOX
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("own")
                .withNamespace(SANDBOX.namespace())
                .endMetadata()
                .addToData("colour", "blue")
                .build())
        .create();
  }

  private static Answer wakesAndSleeps(Endpoint endpoint, String path, String body) {
    endpoint.apply().awaitAsleep();
    Answer answer;
    try (var history = endpoint.history()) {
      answer = SANDBOX.gateway().post(endpoint.path(path), body).expect(200);
      answer.timing().expectSound(answer.millis());
      System.out.println(endpoint.name() + ": " + answer.timing());
      history.awaitStates(READY, ASLEEP);
    }
    ColdStartStatus told = endpoint.awaitAsleep().coldStarts().last();
    assertEquals(
        List.of("scale", "create", "schedule", "address", "readiness", "forward", "response"),
        told.phases().stream().map(PhaseStatus::name).toList());
    assertEquals(
        answer.timing().phases().stream().map(ServerTiming.Phase::name).toList(),
        told.phases().stream().map(PhaseStatus::name).toList());
    assertEquals(answer.timing().total(), told.totalMillis(), 1);
    return answer;
  }

  private static String get(Endpoint endpoint, String path) {
    return SANDBOX.gateway().get(endpoint.path(path)).expect(200).body();
  }

  /** A request whose body is still on its way when the pod is told to stop gets its answer. */
  private static void finishesWhatItRuns(Endpoint endpoint, String path, String body) {
    Answer usual = SANDBOX.gateway().post(endpoint.path(path), body).expect(200);
    String pod = endpoint.pods().getFirst().getMetadata().getName();
    try (SlowPost runs = new SlowPost(SANDBOX.gateway(), endpoint, path, body)) {
      runs.awaitRunning(SANDBOX, endpoint);
      SANDBOX.client().pods().inNamespace(SANDBOX.namespace()).withName(pod).delete();
      Await.that(
          "another pod of " + endpoint.name() + " serves beside the one that stops",
          endpoint::pods,
          pods ->
              pods.stream()
                  .filter(each -> !each.getMetadata().getName().equals(pod))
                  .flatMap(each -> each.getStatus().getContainerStatuses().stream())
                  .anyMatch(each -> Boolean.TRUE.equals(each.getReady())));
      assertEquals(
          usual.json().path("predictions"), runs.finish().expect(200).json().path("predictions"));
    }
    Await.that(
        pod + " has ended",
        endpoint::pods,
        pods -> pods.stream().noneMatch(each -> each.getMetadata().getName().equals(pod)));
  }
}
