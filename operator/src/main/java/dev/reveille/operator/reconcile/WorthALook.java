package dev.reveille.operator.reconcile;

import dev.reveille.crds.Api;
import dev.reveille.crds.InferenceEndpoint;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which updates of an endpoint are for us: another spec, wake or sleep annotation, not our own
 * status.
 */
final class WorthALook implements OnUpdateFilter<InferenceEndpoint> {
  WorthALook() {}

  @Override
  public boolean accept(InferenceEndpoint now, InferenceEndpoint before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(value(Api.WAKE_ANNOTATION, now), value(Api.WAKE_ANNOTATION, before))
        || !Objects.equals(value(Api.SLEEP_ANNOTATION, now), value(Api.SLEEP_ANNOTATION, before));
  }

  private static @Nullable String value(String annotation, InferenceEndpoint endpoint) {
    var annotations = endpoint.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(annotation);
  }
}
