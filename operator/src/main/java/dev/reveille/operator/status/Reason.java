package dev.reveille.operator.status;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why a condition is what it is; the name in CamelCase is the reason, the sentence its default. */
public enum Reason {
  ASLEEP("At zero replicas; the next request wakes it."),
  WAKING("Replicas are starting; requests wait."),
  SERVING("At least one replica can serve."),
  SERVING_PARTLY("Serving, but a further or newer replica cannot start."),
  DRAINING("Going to sleep; replicas finish what they run."),
  PAUSED("Paused; requests are refused."),
  WAKE_IGNORED("Asked to wake, but it is paused."),
  SLEPT_AS_ASKED("It sleeps, as the annotation reveille.dev/sleep asked."),
  SLEEPS_ONCE_IDLE("Asked to sleep; it does as soon as nothing runs or waits."),
  KEPT_BUSY(
      "Asked to sleep, but something ran or waited for a minute; it sleeps when it is idle, or when"
          + " the annotation reveille.dev/sleep gets another value."),
  FLOOR_KEEPS_IT_UP("Asked to sleep, but scaling.minReplicas keeps it up."),
  FETCHING("The depot is fetching the model."),
  AVAILABLE("The model is there."),
  IN_IMAGE("The model lies in the server's image."),
  PENDING("Not every activator has reported on this endpoint yet."),
  NAME_TAKEN("An object of the name exists that belongs to somebody else."),
  REPLACING("The objects of a deleted namesake are still going away."),
  NAMESPACE_TERMINATING("Its namespace is being deleted."),
  WAKE_REFUSED("An activator may not wake it."),
  OBJECT_REFUSED("The cluster refuses one of the objects."),
  MODEL_FAILED("The model cannot be served."),
  MODEL_UNAVAILABLE("The model cannot be fetched."),
  IMAGE_PULL("The image cannot be pulled."),
  UNSCHEDULABLE("No node has room for the pod."),
  CRASHING("The container keeps exiting."),
  OUT_OF_MEMORY("The container is killed for want of memory."),
  RUNS_AS_ROOT("The image would run as root, which the endpoint does not allow."),
  CONTAINER_REFUSED("The node cannot make the container as it is asked for."),
  POD_REFUSED("The cluster refuses to create the pod."),
  OLDER_CRD("The cluster's CRD is older than this operator."),
  FIXED("It has one number of replicas while it is awake: there is nothing to scale."),
  SCALING("The autoscaler holds the replicas."),
  SCALING_ON_CPU("The autoscaler holds the CPU, though something else is wanted."),
  METRICS_PENDING("The autoscaler waits for its first figures."),
  NO_METRICS("The autoscaler gets no figures."),
  POOL_FITS("A wake may claim a pod of the pool."),
  POOL_MISSING("There is no such WarmPool."),
  POOL_UNFIT("The pool's pods cannot serve this endpoint."),
  WITHIN_TARGET("The last cold start was within the target."),
  TARGET_MISSED("The last cold start took longer than the target."),
  NO_COLD_START("There was no cold start yet."),
  NONE_LEFT_OUT("No replica is left out."),
  LEFT_OUT("A replica fails requests and gets none for a while."),
  FAILING("A replica fails requests, and there is no other to send them to."),
  STARTING("The pool's first pods are starting."),
  STANDING("As many pods as wanted can be claimed."),
  REFILLING("Pods are starting in the place of those that were claimed."),
  ROLLING_OUT("Replicas of the present version are starting; those of the one before go on."),
  ROLLED_OUT("Every replica is of the present version."),
  PROGRESS_DEADLINE("The present version does not get ready in time."),
  ON_TRIAL("The canary has not served yet: only requests that its headers choose go to it."),
  PROVEN("The canary has served: its share of the requests goes to it."),
  NONE_WANTED("No pods are wanted; every wake takes the ordinary path.");

  /** With these the activators wake nothing while they last (the wire contract). */
  public static final Set<Reason> NO_WAKE =
      EnumSet.of(NAME_TAKEN, NAMESPACE_TERMINATING, OBJECT_REFUSED);

  /** What pods fail of; while replicas are wanted, the activators tell it to who waits. */
  public static final Set<Reason> POD_TROUBLE =
      EnumSet.of(
          CONTAINER_REFUSED,
          CRASHING,
          IMAGE_PULL,
          OUT_OF_MEMORY,
          POD_REFUSED,
          RUNS_AS_ROOT,
          UNSCHEDULABLE);

  private final String sentence;

  Reason(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }

  /** In CamelCase, as conditions have it. */
  public String word() {
    StringBuilder word = new StringBuilder();
    for (String part : name().split("_", -1)) {
      word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return word.toString();
  }
}
