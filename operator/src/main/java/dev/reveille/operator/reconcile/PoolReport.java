package dev.reveille.operator.reconcile;

import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.child.Events;
import dev.reveille.operator.status.News;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.InstantSource;

/** Writes a pool's status when it changed, and an Event for what people want to know of. */
public final class PoolReport {
  private final Notices notices;
  private final InstantSource clock;
  private final LastTold<WarmPoolStatus> told = new LastTold<>();

  public PoolReport(Events events, InstantSource clock) {
    this.notices = new Notices(events, clock);
    this.clock = clock;
  }

  UpdateControl<WarmPool> of(WarmPool pool, WarmPoolStatus status) {
    if (status.equals(pool.getStatus())) {
      return UpdateControl.noUpdate();
    }
    WarmPoolStatus before = told.put(pool, status, pool.getStatus(), clock.instant());
    notices.tell(pool, News.between(before, status));
    WarmPool patch = new WarmPool();
    patch.setMetadata(Report.identity(pool));
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }
}
