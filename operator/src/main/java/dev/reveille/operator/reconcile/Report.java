package dev.reveille.operator.reconcile;

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

  /** The endpoint with the status that was told last, which the cache may not show yet. */
  InferenceEndpoint asTold(InferenceEndpoint endpoint) {
    InferenceEndpoint known = new InferenceEndpoint();
    known.setMetadata(endpoint.getMetadata());
    known.setSpec(endpoint.getSpec());
    known.setStatus(told.get(endpoint.getMetadata().getUid(), endpoint.getStatus()));
    return known;
  }

  UpdateControl<InferenceEndpoint> of(
      InferenceEndpoint endpoint, InferenceEndpointStatus status, Load load) {
    if (status.equals(endpoint.getStatus())) {
      return UpdateControl.noUpdate();
    }
    InferenceEndpointStatus before =
        told.put(endpoint.getMetadata().getUid(), status, endpoint.getStatus());
    Integer target = endpoint.getSpec().activation().coldStartTargetMillis();
    notices.tell(endpoint, News.between(before, status));
    notices.tell(endpoint, News.ofColdStarts(before, load.coldStarts(), target));
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
