package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The cluster that was named to the tests; nothing else is ever touched. */
public final class Cluster {
  /** Where the chart is installed. */
  public static final String SYSTEM = "reveille";

  public static final String OPERATOR = "operator";
  public static final String ACTIVATOR = "activator";

  /** The checkout: chart, models. */
  public static final Path ROOT =
      Path.of(System.getProperty("reveille.root", "..")).toAbsolutePath().normalize();

  private static final Object LOCK = new Object();
  private static Cluster named;

  private final KubernetesClient client;
  private final String kubeconfig;
  private final Gateway gateway;

  private Cluster(String kubeconfig) {
    this.kubeconfig = kubeconfig;
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(new File(kubeconfig)))
            .build();
    if (client.apps().deployments().inNamespace(SYSTEM).list().getItems().isEmpty()) {
      throw new IllegalStateException(
          "Reveille is not installed in namespace "
              + SYSTEM
              + " of the cluster of "
              + kubeconfig
              + ": `make e2e` installs the chart before it runs the tests.");
    }
    gateway = new Gateway(this, environment("REVEILLE_URL").orElse(null));
  }

  /** The one cluster; fails when none was named. */
  public static Cluster named() {
    synchronized (LOCK) {
      if (named == null) {
        named =
            new Cluster(
                environment("REVEILLE_KUBECONFIG")
                    .or(() -> environment("KUBECONFIG"))
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "No cluster is named: set KUBECONFIG to the kubeconfig of the"
                                    + " cluster to test on, or run `make e2e`, which brings up a"
                                    + " throwaway one.")));
      }
      return named;
    }
  }

  public KubernetesClient client() {
    return client;
  }

  public Gateway gateway() {
    return gateway;
  }

  String kubeconfig() {
    return kubeconfig;
  }

  /** The pods of one of Reveille's own components, those being deleted left out. */
  public List<Pod> components(String component) {
    return client
        .pods()
        .inNamespace(SYSTEM)
        .withLabel("app.kubernetes.io/component", component)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** Waits until every replica of the component serves. */
  public void awaitComponent(String component) {
    Await.that(
        component + " is rolled out in namespace " + SYSTEM,
        () ->
            client
                .apps()
                .deployments()
                .inNamespace(SYSTEM)
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems(),
        found -> found.size() == 1 && Rollout.isComplete(found.getFirst()));
    // The Deployment's figures lag behind: one that was deleted a moment ago still counts there.
    Await.that(
        "each pod of " + component + " is ready",
        () -> components(component),
        pods -> !pods.isEmpty() && pods.stream().allMatch(Readiness::isPodReady));
  }

  private Resource<Deployment> deployment(String component) {
    return client.apps().deployments().inNamespace(SYSTEM).withName("reveille-" + component);
  }

  /** Replaces every pod of the component, as an upgrade does; returns when that is done. */
  public void rollOver(String component) {
    List<String> before = names(component);
    deployment(component)
        .edit(
            deployment ->
                new DeploymentBuilder(deployment)
                    .editSpec()
                    .editTemplate()
                    .editMetadata()
                    .addToAnnotations("e2e.reveille.dev/rolled", Instant.now().toString())
                    .endMetadata()
                    .endTemplate()
                    .endSpec()
                    .build());
    Await.that(
        "the pods of " + component + " are others",
        () -> names(component),
        now -> now.size() == before.size() && Collections.disjoint(now, before));
    awaitComponent(component);
  }

  private List<String> names(String component) {
    return components(component).stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  /** So many replicas; returns when no other is left. */
  public void scale(String component, int replicas) {
    deployment(component)
        .edit(
            deployment ->
                new DeploymentBuilder(deployment)
                    .editSpec()
                    .withReplicas(replicas)
                    .endSpec()
                    .build());
    Await.that(
        replicas + " pods of " + component, () -> names(component), now -> now.size() == replicas);
  }

  /** An image that the Makefile names in the environment. */
  public static String image(String variable) {
    return environment(variable)
        .orElseThrow(
            () -> new IllegalStateException(variable + " is not set: `make e2e` sets it."));
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
