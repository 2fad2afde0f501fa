package dev.reveille.operator.reconcile;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.Events.Kind;
import dev.reveille.operator.status.ColdStarts;
import dev.reveille.operator.status.News;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status when it changed, and an Event for what people want to know of. */
public final class Report {
  private static final Logger LOG = LoggerFactory.getLogger(Report.class);

  private static final int MOST_TOLD = 10_000;

  private final Events events;
  private final InstantSource clock;
  private final EventBudget budget = new EventBudget();

  /** Endpoint UID → what was told last; the cache may lag behind our own writes. */
  private final Map<String, InferenceEndpointStatus> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, InferenceEndpointStatus> eldest) {
              return size() > MOST_TOLD;
            }
          });

  public Report(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
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
      @Nullable InferenceEndpointStatus before,
      InferenceEndpointStatus status,
      Load load) {
    News.between(before, status)
        .forEach(
            news -> {
              LOG.info(
                  "{}/{} {}: {}: {}",
                  endpoint.getMetadata().getNamespace(),
                  endpoint.getMetadata().getName(),
                  status.state(),
                  news.reason(),
                  news.message());
              emit(
                  endpoint, news.bad() ? Kind.WARNING : Kind.NORMAL, news.reason(), news.message());
            });
    ColdStarts.news(before == null ? null : before.coldStarts(), load.coldStarts())
        .forEach(
            coldStart -> emit(endpoint, Kind.NORMAL, "ColdStart", ColdStarts.sentence(coldStart)));
  }

  private void emit(InferenceEndpoint endpoint, Kind kind, String reason, String message) {
    if (budget.take(endpoint.getMetadata().getUid(), clock.instant())) {
      events.emit(endpoint, kind, reason, message);
    }
  }
}
