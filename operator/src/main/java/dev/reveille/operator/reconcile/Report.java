package dev.reveille.operator.reconcile;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.Events.Kind;
import dev.reveille.operator.status.ColdStarts;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status when it changed, and an Event for what people want to know of. */
public final class Report {
  private static final Logger LOG = LoggerFactory.getLogger(Report.class);

  private static final int MOST_TOLD = 10_000;

  private final Events events;

  /** Endpoint UID → what was told last; the cache may lag behind our own writes. */
  private final Map<String, InferenceEndpointStatus> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, InferenceEndpointStatus> eldest) {
              return size() > MOST_TOLD;
            }
          });

  public Report(Events events) {
    this.events = events;
  }

  UpdateControl<InferenceEndpoint> of(
      InferenceEndpoint endpoint, InferenceEndpointStatus status, Load load) {
    InferenceEndpointStatus before = endpoint.getStatus();
    if (status.equals(before)) {
      return UpdateControl.noUpdate();
    }
    InferenceEndpointStatus last = told.put(endpoint.getMetadata().getUid(), status);
    tell(endpoint, last == null ? before : last, status, load);
    // Nothing but the status: the spec is the user's.
    InferenceEndpoint patch = new InferenceEndpoint();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(endpoint.getMetadata().getName())
            .withNamespace(endpoint.getMetadata().getNamespace())
            .build());
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  private void tell(
      InferenceEndpoint endpoint,
      @org.jspecify.annotations.Nullable InferenceEndpointStatus before,
      InferenceEndpointStatus status,
      Load load) {
    Condition ready = Objects.requireNonNull(status.conditions()).getFirst();
    boolean sameState = before != null && before.state() == status.state();
    boolean sameReason =
        before != null
            && before.conditions() != null
            && before.conditions().stream()
                .anyMatch(
                    condition ->
                        condition.getType().equals("Ready")
                            && condition.getReason().equals(ready.getReason()));
    boolean failed = status.state() == EndpointState.FAILED;
    if (!sameState || (failed && !sameReason)) {
      LOG.info(
          "{}/{} {}: {}",
          endpoint.getMetadata().getNamespace(),
          endpoint.getMetadata().getName(),
          status.state(),
          ready.getMessage());
      events.emit(
          endpoint, failed ? Kind.WARNING : Kind.NORMAL, ready.getReason(), ready.getMessage());
    }
    ColdStarts.news(before == null ? null : before.coldStarts(), load.coldStarts())
        .forEach(
            coldStart ->
                events.emit(endpoint, Kind.NORMAL, "ColdStart", ColdStarts.sentence(coldStart)));
  }
}
