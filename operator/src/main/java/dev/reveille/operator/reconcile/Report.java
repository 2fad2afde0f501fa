package dev.reveille.operator.reconcile;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.install.StatusSchema;
import dev.reveille.operator.status.News;
import dev.reveille.operator.status.OlderCrd;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the status when it changed, and an Event for what people want to know of. */
public final class Report {
  private final Notices notices;
  private final StatusSchema schema;
  private final InstantSource clock;
  private final LastTold<InferenceEndpointStatus> told = new LastTold<>();

  public Report(Events events, StatusSchema schema, InstantSource clock) {
    this.notices = new Notices(events, clock);
    this.schema = schema;
    this.clock = clock;
  }

  /**
   * The endpoint with the status that was told last, which the cache may not show yet, and an older
   * CRD not at all.
   */
  InferenceEndpoint asTold(InferenceEndpoint endpoint) {
    InferenceEndpoint known = new InferenceEndpoint();
    known.setMetadata(endpoint.getMetadata());
    known.setSpec(endpoint.getSpec());
    known.setStatus(told.get(endpoint, endpoint.getStatus()));
    return known;
  }

  /**
   * What is to be written, if anything.
   *
   * @param again when to look whether the CRD is a newer one
   */
  record Written(UpdateControl<InferenceEndpoint> control, Optional<Duration> again) {}

  /**
   * @param canary the load of its second version; {@link Load#UNKNOWN} without one
   * @param again the last look failed, perhaps in writing the status
   */
  Written of(
      InferenceEndpoint endpoint,
      InferenceEndpointStatus decided,
      Load load,
      Load canary,
      boolean again) {
    Optional<JSONSchemaProps> known = schema.get();
    InferenceEndpointStatus shown = endpoint.getStatus();
    InferenceEndpointStatus before = told.get(endpoint, shown);
    InferenceEndpointStatus status = OlderCrd.said(decided, before, known, clock.instant());
    InferenceEndpointStatus kept = OlderCrd.kept(status, known);
    InferenceEndpointStatus there = again ? shown : told.now(endpoint, shown);
    boolean isThere = there != null && kept.equals(OlderCrd.kept(there, known));
    if (!isThere || !status.equals(before)) {
      told.put(endpoint, status, shown);
      announce(endpoint, before, status, load, canary);
    }
    return new Written(
        isThere ? UpdateControl.noUpdate() : patch(endpoint, kept),
        OlderCrd.condition(status).map(word -> schema.age()));
  }

  private void announce(
      InferenceEndpoint endpoint,
      @Nullable InferenceEndpointStatus before,
      InferenceEndpointStatus status,
      Load load,
      Load canary) {
    Integer target = endpoint.getSpec().activation().coldStartTargetMillis();
    notices.tell(endpoint, News.between(before, status));
    notices.tell(endpoint, News.ofColdStarts(before, load.coldStarts(), target));
    notices.tell(endpoint, News.ofCanary(before, status));
    InferenceEndpointStatus second = before == null ? null : Canary.statusOf(before);
    notices.tell(
        endpoint,
        News.ofColdStarts(second, canary.coldStarts(), target).stream()
            .map(News::ofCanary)
            .toList());
  }

  private static UpdateControl<InferenceEndpoint> patch(
      InferenceEndpoint endpoint, InferenceEndpointStatus status) {
    InferenceEndpoint patch = new InferenceEndpoint();
    patch.setMetadata(identity(endpoint));
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  /**
   * A patch holds nothing but this and the status: the spec is the user's. The UID says of which
   * object of the name the status is; kube-apiserver does not compare it when a status is patched.
   */
  static ObjectMeta identity(HasMetadata object) {
    return new ObjectMetaBuilder()
        .withName(object.getMetadata().getName())
        .withNamespace(object.getMetadata().getNamespace())
        .withUid(object.getMetadata().getUid())
        .build();
  }
}
