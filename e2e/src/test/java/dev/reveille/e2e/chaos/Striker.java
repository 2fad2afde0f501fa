package dev.reveille.e2e.chaos;

import dev.reveille.crds.Api;
import dev.reveille.e2e.chaos.Strike.Kind;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Strikes the parts of a running system, and keeps a record of it. */
public final class Striker {
  public static final String API_SERVER = "kube-apiserver";

  private final Sandbox sandbox;
  private final Witness witness;
  private final List<Strike> strikes = new ArrayList<>();

  public Striker(Sandbox sandbox, Witness witness) {
    this.sandbox = sandbox;
    this.witness = witness;
  }

  /** What was done so far, in order. */
  public List<Strike> strikes() {
    synchronized (strikes) {
      return List.copyOf(strikes);
    }
  }

  /** SIGKILL to all its processes. */
  public Strike kill(Kind kind, Pod pod) {
    return record(kind, pod, () -> witness.kill(pod));
  }

  /** As a rollout or a drained node does. */
  public Strike delete(Kind kind, Pod pod) {
    return record(kind, pod, () -> sandbox.client().resource(pod).delete());
  }

  public Strike pause(Kind kind, Pod pod, int millis) {
    return record(kind, pod, () -> witness.pause(pod, millis));
  }

  /** Nobody is answered by the API for that time; returns when it is over. */
  public Strike pauseApi(int millis) {
    return record(
        Kind.API_PAUSED,
        null,
        () -> {
          witness.pauseProgram(API_SERVER, millis);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        });
  }

  private Strike record(Kind kind, Pod pod, Runnable what) {
    long began = System.nanoTime();
    what.run();
    Strike done =
        new Strike(
            kind,
            pod == null ? API_SERVER : pod.getMetadata().getName(),
            pod == null ? "" : pod.getStatus().getPodIP(),
            pod == null ? "" : pod.getMetadata().getLabels().getOrDefault(Api.ENDPOINT_LABEL, ""),
            began,
            System.nanoTime());
    synchronized (strikes) {
      strikes.add(done);
    }
    return done;
  }

  /** A running pod of the component. */
  public Optional<Pod> component(String component, int which) {
    List<Pod> pods = running(sandbox.cluster().components(component));
    return pods.isEmpty() ? Optional.empty() : Optional.of(pods.get(which % pods.size()));
  }

  /** Model pods that run, of endpoints but that one. */
  public List<Pod> models(String but) {
    return running(
        sandbox
            .client()
            .pods()
            .inNamespace(sandbox.namespace())
            .withLabel(Api.ENDPOINT_LABEL)
            .list()
            .getItems()
            .stream()
            .filter(pod -> !but.equals(pod.getMetadata().getLabels().get(Api.ENDPOINT_LABEL)))
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .toList());
  }

  private static List<Pod> running(List<Pod> pods) {
    return pods.stream()
        .filter(
            pod ->
                pod.getStatus().getPodIP() != null
                    && pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(container -> container.getState().getRunning() != null))
        .toList();
  }

  /** All replicas of both components serve. */
  public void awaitWhole() {
    sandbox.cluster().awaitComponent(Cluster.OPERATOR);
    sandbox.cluster().awaitComponent(Cluster.ACTIVATOR);
  }
}
