package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that live in Git: applied again they change nothing, and nothing of ours is drift. */
class GitOpsE2E {
  private static final String INSTANCE = "app.kubernetes.io/instance";
  private static final String TRACKING = "argocd.argoproj.io/tracking-id";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("gitops");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"--server-side=false", "--server-side=true"})
  void aSecondApplyChangesNothing(String how) throws IOException {
    Path samples = samplesIn(SANDBOX.namespace());
    kubectl(
        "apply",
        "--recursive",
        "-f",
        samples.toString(),
        how,
        "--force-conflicts=" + how.contains("true"));
    Await.that(
        "an apply that changes nothing, once the operator has said all it has to say",
        () -> List.of(versions(samples), applied(samples, how)),
        versions -> versions.getFirst().equals(versions.getLast()));
    Command.Result diff =
        Command.attempt("kubectl", "diff", "--recursive", "-f", samples.toString(), how);
    assertEquals(new Command.Result(0, ""), diff, "nothing is drift");
  }

  private String applied(Path samples, String how) {
    kubectl("apply", "--recursive", "-f", samples.toString(), how);
    return versions(samples);
  }

  /** Generation and resource version of each object. */
  private static String versions(Path samples) {
    return kubectl(
        "get",
        "--recursive",
        "-f",
        samples.toString(),
        "-o=jsonpath={range .items[*]}{.metadata.name} {.metadata.generation} {.metadata.resourceVersion}, {end}");
  }

  private Path samplesIn(String namespace) throws IOException {
    Path docs = Cluster.ROOT.resolve("docs/samples");
    Path copies = Files.createDirectories(directory.resolve("samples"));
    try (Stream<Path> files = Files.walk(docs)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        String name = docs.relativize(file).toString().replace('/', '-');
        String text =
            Files.readString(file).replace("namespace: default", "namespace: " + namespace);
        Files.writeString(copies.resolve(name), text.replace("size: 2", "size: 0"));
      }
    }
    return copies;
  }

  @Test
  void theOperatorWritesStatusAloneAndWhatItMakesIsNotTakenForAManifest() throws IOException {
    Endpoint endpoint = SANDBOX.endpoint("tracked");
    apply(
        """
        metadata:
          name: tracked
          labels: {%s: my-endpoints, team: blue}
          annotations: {%s: "my-endpoints:reveille.dev/InferenceEndpoint:x/tracked"}
        spec:
          model: {storageUri: "%s"}
          server: {resources: {requests: {cpu: "0.05", memory: 131072k}, limits: {memory: 0.5Gi}}}
          scaling: {idleSeconds: 2}
        """
            .formatted(INSTANCE, TRACKING, ModelSource.uri(AddOne.FILE)));
    endpoint.awaitAsleep();
    InferenceEndpoint before = endpoint.get();
    endpoint.infer(AddOne.request(1)).expect(200);
    endpoint.awaitState(EndpointState.READY);
    endpoint.awaitAsleep();
    InferenceEndpoint after = endpoint.get();
    assertEquals(before.getSpec(), after.getSpec());
    assertEquals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration());
    assertEquals(before.getMetadata().getLabels(), after.getMetadata().getLabels());
    assertEquals(before.getMetadata().getAnnotations(), after.getMetadata().getAnnotations());
    assertEquals(List.of(), after.getMetadata().getFinalizers());
    after.getMetadata().getManagedFields().stream()
        .filter(entry -> !entry.getManager().startsWith("kubectl"))
        .forEach(entry -> assertEquals("status", entry.getSubresource(), entry.getManager()));
    assertTrue(
        kubectl("get", "ie", "tracked", "-o=jsonpath={.spec.server.resources}").contains("131072k"),
        "quantities stay as they were written");
    for (HasMetadata child : children(endpoint)) {
      Map<String, String> labels = child.getMetadata().getLabels();
      assertFalse(labels.containsKey(INSTANCE) || labels.containsKey("team"), child.toString());
      assertFalse(
          child.getMetadata().getAnnotations() != null
              && child.getMetadata().getAnnotations().containsKey(TRACKING),
          child.toString());
      assertTrue(child.getMetadata().getOwnerReferences().getFirst().getController());
    }
  }

  /** Of one that sleeps: its autoscaler comes and goes with its replicas. */
  private static List<HasMetadata> children(Endpoint endpoint) {
    return List.of(
        endpoint.deployment(),
        SANDBOX
            .client()
            .services()
            .inNamespace(SANDBOX.namespace())
            .withName(endpoint.name())
            .require());
  }

  @Test
  void helmAndKubectlWaitForAnEndpoint() throws IOException {
    Path chart = directory.resolve("endpoints");
    Files.createDirectories(chart.resolve("templates"));
    Files.writeString(
        chart.resolve("Chart.yaml"), "apiVersion: v2\nname: endpoints\nversion: 0.1.0\n");
    Files.writeString(
        chart.resolve("templates/endpoint.yaml"),
        manifest(
            """
            metadata: {name: charted}
            spec: {model: {storageUri: "%s"}}
            """
                .formatted(ModelSource.uri(AddOne.FILE))));
    String release = "endpoints";
    String namespace = SANDBOX.namespace();
    Command.run(
        "helm",
        "upgrade",
        "--install",
        release,
        chart.toString(),
        "-n",
        namespace,
        "--wait",
        "--timeout=90s");
    kubectl("wait", "ie/charted", "--for=condition=Ready", "--timeout=90s");
    kubectl("wait", "ie/charted", "--for=jsonpath={.status.state}=Asleep", "--timeout=90s");
    long generation = SANDBOX.endpoint("charted").get().getMetadata().getGeneration();
    Command.run(
        "helm",
        "upgrade",
        "--install",
        release,
        chart.toString(),
        "-n",
        namespace,
        "--wait",
        "--timeout=90s");
    assertEquals(generation, SANDBOX.endpoint("charted").get().getMetadata().getGeneration());
    Command.run("helm", "uninstall", release, "-n", namespace, "--wait", "--timeout=90s");
    kubectl("wait", "deployment/charted", "--for=delete", "--timeout=90s");
  }

  @Test
  void theKeysForArgoCdAreAddedToThoseInItsConfigMap() throws IOException {
    kubectl("create", "configmap", "argocd-cm", "--from-literal=url=https://argocd.example");
    Path keys = directory.resolve("argocd-cm.yaml");
    Files.writeString(
        keys,
        Command.run(
            "helm",
            "template",
            "reveille",
            Cluster.ROOT.resolve("helm/reveille").toString(),
            "--set",
            "argocd.customizations=true",
            "--set",
            "argocd.namespace=" + SANDBOX.namespace(),
            "--show-only",
            "templates/argocd-cm.yaml"));
    kubectl("apply", "--server-side", "--field-manager=reveille", "-f", keys.toString());
    String data = kubectl("get", "configmap", "argocd-cm", "-o=jsonpath={.data}");
    assertTrue(data.contains("https://argocd.example"), data);
    assertTrue(
        data.contains("resource.customizations.health.reveille.dev_InferenceEndpoint"), data);
  }

  private void apply(String rest) throws IOException {
    Path file = directory.resolve("manifest.yaml");
    Files.writeString(file, manifest(rest));
    kubectl("apply", "-f", file.toString());
  }

  private static String manifest(String rest) {
    return "apiVersion: reveille.dev/v1alpha1\nkind: InferenceEndpoint\n" + rest;
  }

  private static String kubectl(String... arguments) {
    return Command.run(
        Stream.concat(Stream.of("kubectl", "-n", SANDBOX.namespace()), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
