package dev.reveille.operator.install;

import dev.reveille.crds.Api;
import dev.reveille.operator.Wire;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;

/** Where the activators are: every pod that lives, those that are shutting down included. */
public final class ActivatorPods implements AutoCloseable {
  private final SharedIndexInformer<Pod> informer;

  public ActivatorPods(KubernetesClient client, String namespace) {
    informer =
        client.pods().inNamespace(namespace).withLabel(Api.COMPONENT_LABEL, "activator").inform();
  }

  /** host:port of their internal listeners. */
  public List<String> addresses() {
    return informer.getStore().list().stream()
        .filter(ActivatorPods::lives)
        .map(pod -> host(pod.getStatus().getPodIP()) + ":" + Wire.INTERNAL_PORT)
        .sorted()
        .toList();
  }

  /**
   * Its process runs, as far as the API knows. One that waits to be started anew holds no requests
   * and answers nobody: without it endpoints become ready and fall asleep. None is sent to it
   * before the API shows it as running again.
   */
  static boolean lives(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getPodIP() != null
        && "Running".equals(pod.getStatus().getPhase())
        && pod.getStatus().getContainerStatuses().stream()
            .anyMatch(each -> each.getState() != null && each.getState().getRunning() != null);
  }

  /** At least one of them can be sent to. */
  public boolean anyReady() {
    return informer.getStore().list().stream().anyMatch(Readiness::isPodReady);
  }

  private static String host(String ip) {
    return ip.contains(":") ? "[" + ip + "]" : ip;
  }

  @Override
  public void close() {
    informer.close();
  }
}
