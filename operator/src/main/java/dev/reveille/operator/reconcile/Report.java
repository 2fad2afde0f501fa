package dev.reveille.operator.reconcile;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.status.News;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.InstantSource;

/** Writes the status when it changed, and an Event for what people want to know of. */
public final class Report {
  private final Notices notices;
  private final LastTold<InferenceEndpointStatus> told = new LastTold<>();

  public Report(Events events, InstantSource clock) {
    this.notices = new Notices(events, clock);
  }

  /**
   * Gives the endpoint the status that it has by now, which the cache may not show yet: else a wake
   * would be followed twice, and a cold start be lost from the count.
   *
   * @param again the last look failed, perhaps in writing the status
   */
  void recall(InferenceEndpoint endpoint, boolean again) {
    if (!again) {
      endpoint.setStatus(told.now(endpoint, endpoint.getStatus()));
    }
  }

  /**
   * @param canary the load of its second version; {@link Load#UNKNOWN} without one
   */
  UpdateControl<InferenceEndpoint> of(
      InferenceEndpoint endpoint, InferenceEndpointStatus status, Load load, Load canary) {
    if (status.equals(endpoint.getStatus())) {
      return UpdateControl.noUpdate();
    }
    InferenceEndpointStatus before = told.put(endpoint, status, endpoint.getStatus());
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
