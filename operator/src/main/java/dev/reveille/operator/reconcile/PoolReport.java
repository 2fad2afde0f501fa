package dev.reveille.operator.reconcile;

import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.install.StatusSchema;
import dev.reveille.operator.status.News;
import dev.reveille.operator.status.OlderCrd;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.InstantSource;
import java.util.Optional;

/** Writes a pool's status when it changed, and an Event for what people want to know of. */
public final class PoolReport {
  private final Notices notices;
  private final StatusSchema schema;
  private final InstantSource clock;
  private final LastTold<WarmPoolStatus> told = new LastTold<>();

  public PoolReport(Events events, StatusSchema schema, InstantSource clock) {
    this.notices = new Notices(events, clock);
    this.schema = schema;
    this.clock = clock;
  }

  /** The pool with the status that was told last, of which an older CRD may not keep all. */
  WarmPool asTold(WarmPool pool) {
    WarmPool known = new WarmPool();
    known.setMetadata(pool.getMetadata());
    known.setSpec(pool.getSpec());
    known.setStatus(told.get(pool, pool.getStatus()));
    return known;
  }

  /** What is to be written, if anything. */
  UpdateControl<WarmPool> of(WarmPool pool, WarmPoolStatus decided) {
    Optional<JSONSchemaProps> known = schema.get();
    WarmPoolStatus before = told.get(pool, pool.getStatus());
    WarmPoolStatus status = OlderCrd.said(decided, before, known, clock.instant());
    WarmPoolStatus kept = OlderCrd.kept(status, known);
    if (!status.equals(before)) {
      told.put(pool, status, pool.getStatus());
      notices.tell(pool, News.between(before, status));
    }
    UpdateControl<WarmPool> control =
        kept.equals(pool.getStatus()) ? UpdateControl.noUpdate() : patch(pool, kept);
    return OlderCrd.condition(status).isPresent() ? control.rescheduleAfter(schema.age()) : control;
  }

  private static UpdateControl<WarmPool> patch(WarmPool pool, WarmPoolStatus status) {
    WarmPool patch = new WarmPool();
    patch.setMetadata(Report.identity(pool));
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }
}
