package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which updates of an endpoint are for us: another spec or wake annotation, not our own status. */
final class WorthALook implements OnUpdateFilter<InferenceEndpoint> {
  WorthALook() {}

  @Override
  public boolean accept(InferenceEndpoint now, InferenceEndpoint before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(wake(now), wake(before));
  }

  private static @Nullable String wake(InferenceEndpoint endpoint) {
    var annotations = endpoint.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Api.WAKE_ANNOTATION);
  }
}
