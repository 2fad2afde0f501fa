package dev.reveille.operator.reconcile;

import dev.reveille.operator.child.Events;
import dev.reveille.operator.child.Events.Kind;
import dev.reveille.operator.status.News;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people of news: a line in the log and an Event each, within the object's budget. */
final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

  private final Events events;
  private final InstantSource clock;
  private final EventBudget budget = new EventBudget();

  Notices(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  void tell(HasMetadata about, List<News> news) {
    for (News each : news) {
      if (budget.take(about.getMetadata().getUid(), clock.instant())) {
        LOG.info(
            "{} {}/{}: {}: {}",
            about.getKind(),
            about.getMetadata().getNamespace(),
            about.getMetadata().getName(),
            each.reason(),
            each.message());
        Kind kind = each.bad() ? Kind.WARNING : Kind.NORMAL;
        events.emit(about, kind, each.reason(), each.message());
      }
    }
  }
}
