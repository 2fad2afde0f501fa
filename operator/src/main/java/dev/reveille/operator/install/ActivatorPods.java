package dev.reveille.operator.install;

import dev.reveille.operator.Wire;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;

/** Where the activators are: every pod that lives, those that are shutting down included. */
public final class ActivatorPods {
  private final SharedIndexInformer<Pod> informer;

  public ActivatorPods(KubernetesClient client, String namespace, String componentLabel) {
    informer = client.pods().inNamespace(namespace).withLabel(componentLabel, "activator").inform();
  }

  /** host:port of their internal listeners. */
  public List<String> addresses() {
    return informer.getStore().list().stream()
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .map(pod -> host(pod.getStatus().getPodIP()) + ":" + Wire.INTERNAL_PORT)
        .sorted()
        .toList();
  }

  private static String host(String ip) {
    return ip.contains(":") ? "[" + ip + "]" : ip;
  }
}
