package dev.reveille.operator.status;

import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people want to be told of: a new state, a new reason why something is wrong. */
public record News(String reason, String message, boolean bad) {

  /** Reasons for which an endpoint serves, but not as it should. */
  private static final Set<String> WORSE =
      Set.of(Reason.OBJECT_REFUSED.word(), Reason.SERVING_PARTLY.word());

  public static List<News> between(
      @Nullable InferenceEndpointStatus before, InferenceEndpointStatus now) {
    List<News> news = new ArrayList<>();
    Condition ready = find(now, ReadyCondition.TYPE).orElseThrow();
    boolean bad = now.state() == EndpointState.FAILED || WORSE.contains(ready.getReason());
    boolean sameState = before != null && before.state() == now.state();
    if (!sameState || (bad && isNew(before, ready))) {
      news.add(new News(ready.getReason(), ready.getMessage(), bad));
    }
    for (Condition condition : Objects.requireNonNull(now.conditions())) {
      boolean saidAlready = condition.getReason().equals(ready.getReason());
      if (condition.getStatus().equals("False") && !saidAlready && isNew(before, condition)) {
        news.add(new News(condition.getReason(), condition.getMessage(), true));
      }
    }
    return news;
  }

  private static boolean isNew(@Nullable InferenceEndpointStatus before, Condition condition) {
    return before == null
        || find(before, condition.getType())
            .filter(known -> known.getReason().equals(condition.getReason()))
            .isEmpty();
  }

  private static Optional<Condition> find(InferenceEndpointStatus status, String type) {
    return status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream().filter(each -> each.getType().equals(type)).findFirst();
  }
}
