package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the status said before, and what of it still holds. */
record Previous(@Nullable InferenceEndpointStatus status, @Nullable Long generation) {
  static Previous of(InferenceEndpoint endpoint) {
    return new Previous(endpoint.getStatus(), endpoint.getMetadata().getGeneration());
  }

  Optional<Condition> condition(String type) {
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream().filter(each -> each.getType().equals(type)).findFirst();
  }

  /** The condition as it was. */
  Optional<Verdict> kept(String type) {
    return condition(type)
        .flatMap(
            each ->
                Stream.of(Reason.values())
                    .filter(reason -> reason.word().equals(each.getReason()))
                    .findFirst()
                    .map(reason -> new Verdict(each.getStatus(), reason, each.getMessage())));
  }

  /** The condition as it was, if it was said of this generation and for one of these reasons. */
  Optional<Verdict> still(String type, Set<Reason> reasons) {
    return condition(type)
        .filter(each -> Objects.equals(each.getObservedGeneration(), generation))
        .flatMap(each -> kept(type))
        .filter(verdict -> reasons.contains(verdict.reason()));
  }
}
