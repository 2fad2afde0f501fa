package dev.reveille.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reconciliations for a reason that no watch shows: the load, or the installation. */
final class Nudges<P extends HasMetadata> {
  private static final String BY_KEY = "key";

  private final SimpleInboundEventSource<P> source = new SimpleInboundEventSource<>("nudges");
  private volatile @Nullable IndexerResourceCache<P> primaries;

  /** Before the watches start. */
  SimpleInboundEventSource<P> source(EventSourceContext<P> context) {
    IndexerResourceCache<P> cache = context.getPrimaryCache();
    cache.addIndexer(BY_KEY, primary -> List.of(primary.getMetadata().getUid(), key(primary)));
    primaries = cache;
    return source;
  }

  static String key(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  /** Nothing when no primary of ours has this UID, or is called NAMESPACE/NAME. */
  void one(String key) {
    IndexerResourceCache<P> known = primaries;
    if (known != null) {
      known.byIndex(BY_KEY, key).forEach(this::nudge);
    }
  }

  void all() {
    IndexerResourceCache<P> known = primaries;
    if (known != null) {
      known.list().forEach(this::nudge);
    }
  }

  private void nudge(P primary) {
    source.propagateEvent(ResourceID.fromResource(primary));
  }
}
