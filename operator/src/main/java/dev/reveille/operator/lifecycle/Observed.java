package dev.reveille.operator.lifecycle;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.WarmPool;
import dev.reveille.operator.activators.Load;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one reconciliation sees.
 *
 * @param revision the desired one
 * @param deployment the endpoint's own; null: none yet
 * @param pods the endpoint's own
 * @param bridges pods of a WarmPool that were handed over to it
 * @param pool the WarmPool that it names; null: it names none, or there is none of that name
 */
public record Observed(
    InferenceEndpoint endpoint,
    String revision,
    @Nullable Deployment deployment,
    @Nullable HorizontalPodAutoscaler autoscaler,
    List<Pod> pods,
    List<Pod> bridges,
    @Nullable WarmPool pool,
    Load load,
    Applied applied) {
  /** Whether the model can be had and served. */
  public static final String MODEL_CONDITION = "ModelAvailable";

  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  public Observed {
    pods = lasting(pods);
  }

  /** An evicted pod stays in the list long after it is over. */
  static List<Pod> lasting(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getStatus() == null || !OVER.contains(phase(pod)))
        .toList();
  }

  private static String phase(Pod pod) {
    return pod.getStatus().getPhase() == null ? "" : pod.getStatus().getPhase();
  }

  /** Replicas that are wanted now. */
  public int wanted() {
    return deployment == null || deployment.getSpec().getReplicas() == null
        ? 0
        : deployment.getSpec().getReplicas();
  }

  /** Pods that exist: ready or not, or finishing what they run. */
  public int existing() {
    return pods.size();
  }

  /**
   * Replicas that can serve: a hello is ahead of what the API shows, and says nothing of servers
   * that are not ours in an activator that has just started. A draining one serves nobody new.
   */
  public int ready() {
    return Math.min(wanted(), Math.max(shownReady(), load.backends()));
  }

  /** Replicas of its own that the API shows as ready; a bridge is none. */
  int shownReady() {
    Integer shown =
        deployment == null || deployment.getStatus() == null
            ? null
            : deployment.getStatus().getReadyReplicas();
    return shown == null ? 0 : shown;
  }

  /** The Deployment makes pods of the desired revision, as far as the cache shows. */
  public boolean isApplied() {
    return deployment != null
        && deployment.getSpec().getTemplate() != null
        && revision.equals(revisionOf(deployment.getSpec().getTemplate().getMetadata()));
  }

  /** Replicas of the desired revision that can serve. */
  public int updated() {
    return isMixed() ? (int) serving(this::isDesired) : ready();
  }

  /** Pods of another revision are still wanted. */
  public boolean isMixed() {
    return live().anyMatch(pod -> !isDesired(pod));
  }

  /** Only replicas of another revision can serve: once they are gone, nobody may be able to. */
  public boolean isHeldByAnOlderRevision() {
    return serving(this::isDesired) == 0 && serving(pod -> !isDesired(pod)) > 0;
  }

  /** Pods of the desired revision, and those that do not say. */
  public List<Pod> desired() {
    return pods.stream().filter(this::isDesired).toList();
  }

  private boolean isDesired(Pod pod) {
    String of = revisionOf(pod.getMetadata());
    return of == null || of.equals(revision);
  }

  private static @Nullable String revisionOf(@Nullable ObjectMeta metadata) {
    return metadata == null || metadata.getLabels() == null
        ? null
        : metadata.getLabels().get(Api.REVISION_LABEL);
  }

  private Stream<Pod> live() {
    return pods.stream().filter(pod -> pod.getMetadata().getDeletionTimestamp() == null);
  }

  private long serving(Predicate<Pod> which) {
    return live()
        .filter(which)
        .filter(pod -> pod.getStatus() != null)
        .flatMap(pod -> pod.getStatus().getConditions().stream())
        .filter(each -> each.getType().equals("Ready") && each.getStatus().equals("True"))
        .count();
  }

  /** A replica of the desired revision has served, now or ever. */
  public boolean isProven() {
    InferenceEndpointStatus before = endpoint.getStatus();
    return updated() > 0
        || serving(this::isDesired) > 0
        || (before != null
            && before.rollout() != null
            && before.rollout().revision().equals(revision)
            && conditions(before)
                .anyMatch(each -> isCondition(each, Api.CANARY_CONDITION, "True")));
  }

  /** As a canary: it has yet to show that it can serve, and its model may let it. */
  public boolean isOnTrial() {
    return Canary.isOne(endpoint) && !isProven() && !isModelBad();
  }

  private boolean isModelBad() {
    boolean absent = load.model() != null && load.model().state().equals("failed");
    InferenceEndpointStatus before = endpoint.getStatus();
    return absent
        || load.failureOf(revision).isPresent()
        || (before != null
            && conditions(before)
                .filter(
                    each ->
                        Objects.equals(
                            each.getObservedGeneration(), endpoint.getMetadata().getGeneration()))
                .anyMatch(each -> isCondition(each, MODEL_CONDITION, "False")));
  }

  private static Stream<Condition> conditions(InferenceEndpointStatus status) {
    return status.conditions() == null ? Stream.of() : status.conditions().stream();
  }

  private static boolean isCondition(Condition condition, String type, String status) {
    return condition.getType().equals(type) && condition.getStatus().equals(status);
  }

  /** Why the cluster refuses to make pods of the Deployment, if it does. */
  public static Optional<String> refusal(@Nullable Deployment deployment) {
    return deployment == null || deployment.getStatus() == null
        ? Optional.empty()
        : deployment.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals("ReplicaFailure"))
            .filter(condition -> condition.getStatus().equals("True"))
            .map(condition -> String.valueOf(condition.getMessage()))
            .findFirst();
  }

  /** Whether its user wants nothing to run. */
  public boolean isPaused() {
    return endpoint.getSpec().paused();
  }

  /** Whether anything serves or is on its way: replicas, or a pod of the pool. */
  public boolean isUp() {
    return wanted() > 0 || !load.bridges().isEmpty();
  }

  /** What the wake annotation asks for; empty: nothing, or it was followed already. */
  public Optional<String> wakeAsked() {
    return asked(Api.WAKE_ANNOTATION, InferenceEndpointStatus::wakeFollowed);
  }

  /** What the sleep annotation asks for; empty: nothing, or it was dealt with already. */
  public Optional<String> sleepAsked() {
    return asked(Api.SLEEP_ANNOTATION, InferenceEndpointStatus::sleepFollowed);
  }

  private Optional<String> asked(
      String annotation, Function<InferenceEndpointStatus, @Nullable String> followed) {
    Map<String, String> annotations = endpoint.getMetadata().getAnnotations();
    String asked = annotations == null ? null : annotations.get(annotation);
    InferenceEndpointStatus status = endpoint.getStatus();
    return asked == null
            || asked.isEmpty()
            || (status != null && asked.equals(followed.apply(status)))
        ? Optional.empty()
        : Optional.of(asked);
  }

  /** When the replicas that are wanted were last written, as far as the API server notes it. */
  Optional<Instant> scaledAt() {
    return deployment == null || deployment.getMetadata() == null
        ? Optional.empty()
        : deployment.getMetadata().getManagedFields().stream()
            .filter(entry -> entry.getTime() != null && ownsReplicas(entry.getFieldsV1()))
            .map(entry -> Instant.parse(entry.getTime()))
            .max(Comparator.naturalOrder());
  }

  private static boolean ownsReplicas(@Nullable FieldsV1 fields) {
    return fields != null
        && fields.getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }

  /** The same, but its objects went otherwise. */
  public Observed with(Applied other) {
    return new Observed(
        endpoint, revision, deployment, autoscaler, pods, bridges, pool, load, other);
  }

  /** Since when the longest-lived replica is up or on its way; empty: there is none. */
  public Optional<Instant> upSince() {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(pod -> pod.getMetadata().getCreationTimestamp())
        .filter(created -> created != null)
        .map(Instant::parse)
        .min(Comparator.naturalOrder());
  }
}
