package dev.reveille.e2e.bench;

import dev.reveille.e2e.bench.Flatness.Tolerance;
import dev.reveille.e2e.chaos.Scene;
import dev.reveille.e2e.chaos.Use;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Reveille's programs, and a model server that stays up, hold, and how many objects there are.
 */
final class Holdings {
  private static final Tolerance MEBIBYTES = new Tolerance(0.15, 16);
  private static final Tolerance THREADS = new Tolerance(0, 4);
  private static final Tolerance DESCRIPTORS = new Tolerance(0.1, 16);
  private static final Tolerance OBJECTS = new Tolerance(0.1, 6);

  /** They are kept for an hour, whoever writes them. */
  private static final Tolerance EVENTS = new Tolerance(100, 0);

  private final Sandbox sandbox;
  private final Scene scene;

  Holdings(Sandbox sandbox, Scene scene) {
    this.sandbox = sandbox;
    this.scene = scene;
  }

  void sample(Flatness flatness) {
    for (String component : new String[] {Cluster.OPERATOR, Cluster.ACTIVATOR}) {
      sandbox.cluster().components(component).forEach(pod -> sample(flatness, pod));
    }
    sandbox.endpoint("awake").pods().forEach(pod -> sample(flatness, pod));
    objects()
        .forEach(
            (kind, count) ->
                flatness.sample(kind, kind.equals("events") ? EVENTS : OBJECTS, count));
  }

  private void sample(Flatness flatness, Pod pod) {
    Use use;
    try {
      use = scene.use(pod);
    } catch (KubernetesClientException e) {
      return; // it went a moment ago
    }
    String name = pod.getMetadata().getName();
    flatness.sample(name + ", MiB resident", MEBIBYTES, use.rssBytes() / (double) (1 << 20));
    flatness.sample(name + ", threads", THREADS, (double) use.threads());
    flatness.sample(name + ", descriptors", DESCRIPTORS, (double) use.descriptors());
  }

  /** In the namespaces that are ours. */
  private Map<String, Integer> objects() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    KubernetesClient client = sandbox.client();
    for (String namespace : new String[] {sandbox.namespace(), Cluster.SYSTEM}) {
      count(counts, "pods", client.pods().inNamespace(namespace).list().getItems().size());
      count(
          counts,
          "replica sets",
          client.apps().replicaSets().inNamespace(namespace).list().getItems().size());
      count(
          counts,
          "autoscalers",
          client
              .autoscaling()
              .v2()
              .horizontalPodAutoscalers()
              .inNamespace(namespace)
              .list()
              .getItems()
              .size());
      count(
          counts,
          "endpoint slices",
          client.discovery().v1().endpointSlices().inNamespace(namespace).list().getItems().size());
      count(counts, "secrets", client.secrets().inNamespace(namespace).list().getItems().size());
      count(counts, "leases", client.leases().inNamespace(namespace).list().getItems().size());
      count(counts, "events", client.v1().events().inNamespace(namespace).list().getItems().size());
    }
    return counts;
  }

  private static void count(Map<String, Integer> counts, String kind, int more) {
    counts.merge(kind, more, Integer::sum);
  }
}
