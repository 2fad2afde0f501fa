package dev.reveille.e2e.kit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A namespace of a test class's own, gone after it. It enforces Pod Security "restricted", so that
 * every test shows that model pods keep to it. When a test fails, it prints what there is to see.
 */
public final class Sandbox
    implements AutoCloseable, BeforeAllCallback, AfterAllCallback, TestExecutionExceptionHandler {
  /** Resources of a model server with a small model: what fits many times on a small node. */
  public static final Map<String, Object> SMALL =
      Map.of(
          "requests", Map.of("cpu", "50m", "memory", "128Mi"),
          "limits", Map.of("cpu", "1", "memory", "512Mi"));

  private final String namespace;
  private Cluster cluster;
  private Restarts restarts;
  private boolean restarting;

  private Sandbox(String namespace) {
    this.namespace = namespace;
  }

  public static Sandbox named(String name) {
    String random = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
    return new Sandbox("e2e-" + name + "-" + random);
  }

  /** Reveille's own containers are killed here; elsewhere a restart fails the class. */
  public Sandbox whereOursAreKilled() {
    restarting = true;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    cluster = Cluster.named();
    ModelSource.deploy(cluster, context.getRoot());
    create();
    restarts = Restarts.from(cluster);
    System.out.println(context.getDisplayName() + " in namespace " + namespace);
  }

  /** For a program that is no test: it sees to the model source, and closes the sandbox. */
  public static Sandbox open(String name) {
    Sandbox opened = named(name);
    opened.cluster = Cluster.named();
    opened.create();
    return opened;
  }

  @Override
  public void close() {
    client().namespaces().withName(namespace).delete();
  }

  private void create() {
    client()
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (cluster != null) {
      close();
    }
    if (restarts != null && !restarting) {
      List<String> restarted = restarts.since();
      assertTrue(restarted.isEmpty(), () -> String.join("\n", restarted));
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    System.out.println(
        context.getDisplayName()
            + " failed: "
            + failure
            + "\n"
            + new Diagnosis(cluster, namespace).text());
    throw failure;
  }

  /** An endpoint of this name, to be described and applied. */
  public Endpoint endpoint(String name) {
    return new Endpoint(this, name);
  }

  /** An endpoint of the add-one model. */
  public Endpoint addOne(String name) {
    return endpoint(name)
        .with("model.storageUri", ModelSource.uri(AddOne.FILE))
        .with("server.resources", SMALL);
  }

  public Optional<HorizontalPodAutoscaler> autoscaler(String name) {
    return Optional.ofNullable(
        client()
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace(namespace)
            .withName(name)
            .get());
  }

  /** From now on no more pods than this are made. */
  public void allowPods(int most) {
    client()
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("few")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addToHard("pods", new Quantity(Integer.toString(most)))
                .endSpec()
                .build())
        .serverSideApply();
  }

  public String namespace() {
    return namespace;
  }

  public Cluster cluster() {
    return cluster;
  }

  public KubernetesClient client() {
    return cluster.client();
  }

  public Gateway gateway() {
    return cluster.gateway();
  }

  /** The Events about an object, as {@code Reason: message}. */
  public List<String> events(String kind, String name) {
    return client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> kind.equals(event.getInvolvedObject().getKind()))
        .filter(event -> name.equals(event.getInvolvedObject().getName()))
        .map(event -> event.getReason() + ": " + event.getMessage())
        .toList();
  }
}
