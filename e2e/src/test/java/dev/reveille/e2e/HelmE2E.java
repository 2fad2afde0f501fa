package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Command;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The chart upgrades, its CRD too; it leaves with everything but the CRD and comes back. */
@Isolated("the chart comes and goes")
@Order(Integer.MAX_VALUE)
class HelmE2E {
  private static final String RELEASE = "reveille";
  private static final Path CHART = Cluster.ROOT.resolve("helm/reveille");
  private static final String CRD_FILE = "files/crds/inferenceendpoints.reveille.dev.yaml";

  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("helm");
  @TempDir static Path directory;

  /** The installation's own values, to leave it as it was found. */
  private static Path values;

  @BeforeAll
  static void keepTheValues() throws IOException {
    String found =
        Command.run("helm", "get", "values", RELEASE, "-n", Cluster.SYSTEM, "-o", "yaml");
    values = Files.writeString(directory.resolve("values.yaml"), found);
  }

  @AfterAll
  static void leaveTheChartAsItWas() {
    if (values != null) {
      install(CHART);
    }
  }

  private static void install(Path chart) {
    Command.run(
        "helm",
        "upgrade",
        "--install",
        RELEASE,
        chart.toString(),
        "-n",
        Cluster.SYSTEM,
        "--create-namespace",
        "-f",
        values.toString(),
        "--wait",
        "--timeout",
        "120s");
  }

  @Test
  void anUpgradeBringsANewFieldOfTheCrdAndHarmsNoEndpoint() {
    Endpoint endpoint = SANDBOX.addOne("upgraded").with("scaling.idleSeconds", 3).apply();
    endpoint.awaitAsleep();

    install(chartWithField("e2eNote"));

    Await.that(
        "the new field is explained",
        () -> Command.attempt("kubectl", "explain", "ie.spec.e2eNote").output(),
        explained -> explained.contains("A field of the test."));
    endpoint.with("e2eNote", "kept").apply();
    String kept =
        Command.run(
            "kubectl",
            "get",
            "ie",
            "upgraded",
            "-n",
            SANDBOX.namespace(),
            "-o",
            "jsonpath={.spec.e2eNote}");
    assertEquals("kept", kept);
    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    // A field that the running programs do not know must not stop them from seeing what comes next.
    Endpoint later = SANDBOX.addOne("later").with("e2eNote", "kept").apply();
    later.awaitAsleep();
    AddOne.check(2, later.infer(AddOne.request(2)));
    endpoint.without("e2eNote").apply();
    endpoint.awaitAsleep();
  }

  /** A copy of the chart whose CRD has one field more. */
  private static Path chartWithField(String field) {
    Path copy = directory.resolve("chart");
    copy(CHART, copy);
    Path file = copy.resolve(CRD_FILE);
    try {
      Map<String, Object> crd = map(Serialization.unmarshal(Files.readString(file), Object.class));
      Map<String, Object> version =
          map(((List<?>) map(crd.get("spec")).get("versions")).getFirst());
      Map<String, Object> schema = map(map(version.get("schema")).get("openAPIV3Schema"));
      Map<String, Object> spec = map(map(schema.get("properties")).get("spec"));
      map(spec.get("properties"))
          .put(field, Map.of("type", "string", "description", "A field of the test."));
      Files.writeString(file, Serialization.asYaml(crd));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anUninstallRemovesAllButTheCrdAndAnInstallCarriesOn() {
    Endpoint endpoint = SANDBOX.addOne("carried").with("scaling.idleSeconds", 3).apply();
    endpoint.awaitAsleep();
    String uid = endpoint.get().getMetadata().getUid();

    Command.run("helm", "uninstall", RELEASE, "-n", Cluster.SYSTEM, "--wait", "--timeout", "120s");

    Await.that("nothing of the chart is left", HelmE2E::leftOvers, List::isEmpty);
    assertEquals(uid, endpoint.get().getMetadata().getUid(), "endpoints and CRD stay");

    install(CHART);

    assertEquals(uid, endpoint.get().getMetadata().getUid());
    Await.that(
        "the endpoint is served again",
        () -> SANDBOX.gateway().sendAsync(endpoint.inferring(AddOne.request(2))),
        sent -> sent.handle((answer, cut) -> cut == null && answer.status() == 200).join());
    endpoint.awaitAsleep();
    AddOne.check(3, endpoint.infer(AddOne.request(3)));
  }

  private static List<String> leftOvers() {
    return Stream.of(
            "deployments,pods,services,secrets,configmaps,serviceaccounts,roles,rolebindings,"
                + "networkpolicies,poddisruptionbudgets -n "
                + Cluster.SYSTEM,
            "rolebindings -n kube-system",
            "clusterroles,clusterrolebindings",
            "apiservices")
        .flatMap(what -> Command.run(("kubectl get -o name " + what).split(" ")).lines())
        // An APIService without its server would stop the deletion of every namespace.
        .filter(name -> name.contains("reveille") || name.contains("external.metrics.k8s.io"))
        .filter(name -> !name.endsWith(".reveille.dev")) // the CRD's own
        .toList();
  }
}
