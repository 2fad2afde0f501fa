package dev.reveille.e2e.chaos;

import dev.reveille.e2e.chaos.Strike.Kind;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes trouble as its plan says, until it is stopped. One activator at a time: what is asked of
 * Reveille is to survive the loss of one.
 */
public final class Troublemaker implements AutoCloseable {
  private static final int PAST_FENCES_MILLIS = 12_000; // a fence stands 10 s
  private static final int ACTIVATOR_PAUSE_MILLIS = 1_500;
  private static final int API_PAUSE_MILLIS = 6_000;

  private final Striker striker;
  private final Mischief plan;
  private final String spared;
  private final Thread thread;
  private final Set<String> killed = new HashSet<>();
  private volatile boolean stopped;

  /**
   * @param spared the endpoint that is left alone
   */
  public Troublemaker(Striker striker, String spared, long seed, int gapMillis) {
    this.striker = striker;
    this.spared = spared;
    this.plan = new Mischief(seed, gapMillis);
    this.thread = Thread.ofPlatform().name("troublemaker").daemon().start(this::run);
  }

  private void run() {
    while (!stopped) {
      pause(plan.gap());
      if (stopped) {
        return;
      }
      try {
        act(plan.next());
      } catch (KubernetesClientException | AssertionError e) {
        System.out.println("a strike did not come about: " + e.getMessage());
      }
    }
  }

  private void act(Kind kind) {
    switch (kind) {
      case MODEL_KILLED -> model().ifPresent(pod -> killOrDelete(pod, kind, Kind.MODEL_STOPPED));
      case MODEL_STOPPED -> model().ifPresent(pod -> striker.delete(kind, pod));
      case ACTIVATOR_KILLED -> killOrDelete(Cluster.ACTIVATOR, kind, Kind.ACTIVATOR_STOPPED);
      case ACTIVATOR_STOPPED ->
          whole(Cluster.ACTIVATOR).ifPresent(pod -> striker.delete(kind, pod));
      case ACTIVATOR_PAUSED ->
          whole(Cluster.ACTIVATOR)
              .ifPresent(pod -> striker.pause(kind, pod, ACTIVATOR_PAUSE_MILLIS));
      case OPERATOR_KILLED -> killOrDelete(Cluster.OPERATOR, kind, Kind.OPERATOR_STOPPED);
      case OPERATOR_STOPPED -> whole(Cluster.OPERATOR).ifPresent(pod -> striker.delete(kind, pod));
      case OPERATOR_PAUSED ->
          whole(Cluster.OPERATOR).ifPresent(pod -> striker.pause(kind, pod, PAST_FENCES_MILLIS));
      case API_PAUSED -> striker.pauseApi(API_PAUSE_MILLIS);
    }
  }

  private Optional<Pod> model() {
    List<Pod> pods = striker.models(spared);
    return pods.isEmpty() ? Optional.empty() : Optional.of(pods.get(plan.pick(pods.size())));
  }

  /** One of its pods, once all of them serve. */
  private Optional<Pod> whole(String component) {
    striker.awaitWhole();
    return striker.component(component, plan.pick(2));
  }

  private void killOrDelete(String component, Kind kill, Kind delete) {
    whole(component).ifPresent(pod -> killOrDelete(pod, kill, delete));
  }

  /** A container that dies again and again is restarted later and later: its pod goes instead. */
  private void killOrDelete(Pod pod, Kind kill, Kind delete) {
    boolean first = killed.add(pod.getMetadata().getUid()); // the API may not know of it yet
    if (first && pod.getStatus().getContainerStatuses().getFirst().getRestartCount() == 0) {
      striker.kill(kill, pod);
    } else {
      striker.delete(delete, pod);
    }
  }

  private void pause(int millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!stopped && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Ends after the strike that is under way. */
  @Override
  public void close() {
    stopped = true;
    Await.until("the last strike is over", () -> !thread.isAlive());
  }
}
