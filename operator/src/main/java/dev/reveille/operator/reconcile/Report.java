package dev.reveille.operator.reconcile;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.status.News;
import dev.reveille.operator.status.OlderCrd;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Writes the status when it changed, and an Event for what people want to know of. */
public final class Report {
  private final Notices notices;
  private final InstantSource clock;
  private final LastTold<InferenceEndpointStatus> told = new LastTold<>();

  public Report(Events events, InstantSource clock) {
    this.notices = new Notices(events, clock);
    this.clock = clock;
  }

  /** The endpoint with the status that was told last, which the cache may not show yet. */
  InferenceEndpoint asTold(InferenceEndpoint endpoint) {
    InferenceEndpoint known = new InferenceEndpoint();
    known.setMetadata(endpoint.getMetadata());
    known.setSpec(endpoint.getSpec());
    known.setStatus(told.get(endpoint.getMetadata().getUid(), endpoint.getStatus()));
    return known;
  }

  /**
   * What is to be written, if anything.
   *
   * @param again when to look whether the API server has kept it
   */
  record Written(UpdateControl<InferenceEndpoint> control, Optional<Duration> again) {}

  Written of(InferenceEndpoint endpoint, InferenceEndpointStatus decided, Load load) {
    String uid = endpoint.getMetadata().getUid();
    InferenceEndpointStatus there = endpoint.getStatus();
    InferenceEndpointStatus last = told.get(uid, null);
    Optional<Condition> dropped =
        last != null && told.isSettled(uid, clock.instant())
            ? OlderCrd.word(last, there, clock.instant())
            : OlderCrd.known(last);
    InferenceEndpointStatus status =
        dropped.map(word -> OlderCrd.with(decided, word)).orElse(decided);
    InferenceEndpointStatus before = told.put(uid, status, there, clock.instant());
    if (status.equals(there) || (dropped.isPresent() && status.equals(last))) {
      return new Written(UpdateControl.noUpdate(), Optional.empty());
    }
    Integer target = endpoint.getSpec().activation().coldStartTargetMillis();
    notices.tell(endpoint, News.between(before, status));
    notices.tell(endpoint, News.ofColdStarts(before, load.coldStarts(), target));
    boolean unsure = last == null || status.equals(last);
    return new Written(
        patch(endpoint, status), unsure ? Optional.of(LastTold.LAG) : Optional.empty());
  }

  private static UpdateControl<InferenceEndpoint> patch(
      InferenceEndpoint endpoint, InferenceEndpointStatus status) {
    InferenceEndpoint patch = new InferenceEndpoint();
    patch.setMetadata(nameOf(endpoint));
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  /** A patch holds nothing but this and the status: the spec is the user's. */
  static ObjectMeta nameOf(HasMetadata object) {
    return new ObjectMetaBuilder()
        .withName(object.getMetadata().getName())
        .withNamespace(object.getMetadata().getNamespace())
        .build();
  }
}
