package dev.reveille.operator.status;

import dev.reveille.crds.Canary;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.RolloutStatus;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.activators.LoadReport.ColdStart;
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
      Set.of(
          Reason.OBJECT_REFUSED.word(), Reason.SERVING_PARTLY.word(), Reason.SCALING_ON_CPU.word());

  /** What conditions of these types say is told in other words, or each time. */
  private static final Set<String> TOLD_OTHERWISE =
      Set.of(
          TargetCondition.TYPE, RolloutCondition.TYPE, CanaryCondition.TYPE, Followed.SLEEP_TYPE);

  public static List<News> between(
      @Nullable InferenceEndpointStatus before, InferenceEndpointStatus now) {
    List<News> news = new ArrayList<>();
    Condition ready = find(now, ReadyCondition.TYPE).orElseThrow();
    boolean bad = ready.getStatus().equals("False") || WORSE.contains(ready.getReason());
    boolean sameState = before != null && before.state() == now.state();
    if (!sameState || (bad && isNew(before, ready))) {
      news.add(new News(ready.getReason(), ready.getMessage(), bad));
    }
    for (Condition condition : Objects.requireNonNull(now.conditions())) {
      boolean saidAlready =
          condition.getReason().equals(ready.getReason())
              || TOLD_OTHERWISE.contains(condition.getType());
      boolean wrong =
          condition.getStatus().equals("False") || WORSE.contains(condition.getReason());
      if (wrong && !saidAlready && isNew(before, condition)) {
        news.add(new News(condition.getReason(), condition.getMessage(), true));
      }
    }
    if (before != null) {
      ofRollout(before, now).ifPresent(news::add);
    }
    news.addAll(ofAnnotations(before, now));
    return news;
  }

  /** A value that was dealt with, but not as it asked. */
  private static List<News> ofAnnotations(
      @Nullable InferenceEndpointStatus before, InferenceEndpointStatus now) {
    List<News> news = new ArrayList<>();
    String wake = before == null ? null : before.wakeFollowed();
    if (now.state() == EndpointState.PAUSED && !Objects.equals(wake, now.wakeFollowed())) {
      news.add(new News(Reason.WAKE_IGNORED.word(), Reason.WAKE_IGNORED.sentence(), true));
    }
    String sleep = before == null ? null : before.sleepFollowed();
    if (!Objects.equals(sleep, now.sleepFollowed())) {
      find(now, Followed.SLEEP_TYPE)
          .map(
              each ->
                  new News(each.getReason(), each.getMessage(), !each.getStatus().equals("True")))
          .ifPresent(news::add);
    }
    return news;
  }

  /** Of a live endpoint: that another version begins to take over, has done so, or cannot. */
  private static Optional<News> ofRollout(
      InferenceEndpointStatus before, InferenceEndpointStatus now) {
    RolloutStatus was = before.rollout();
    RolloutStatus is = now.rollout();
    Condition rolledOut = find(now, RolloutCondition.TYPE).orElseThrow();
    if (was == null || is == null || now.state() != EndpointState.READY) {
      return Optional.empty();
    }
    return switch (rolledOut.getStatus()) {
      case "Unknown" ->
          Optional.of(new News("RolloutBegun", rolledOut.getMessage(), false))
              .filter(begun -> !was.revision().equals(is.revision()));
      case "False" ->
          Optional.of(new News("RolloutStuck", rolledOut.getMessage(), true))
              .filter(stuck -> isNew(before, rolledOut));
      default ->
          Optional.of(
                  new News("RolledOut", "Revision " + is.revision() + " has taken over.", false))
              .filter(done -> !wasRolledOut(before));
    };
  }

  private static boolean wasRolledOut(InferenceEndpointStatus status) {
    return find(status, RolloutCondition.TYPE)
        .filter(each -> each.getStatus().equals("True"))
        .isPresent();
  }

  /** The same of its second version: their words begin with Canary. */
  public static List<News> ofCanary(
      @Nullable InferenceEndpointStatus before, InferenceEndpointStatus now) {
    InferenceEndpointStatus known =
        before == null || before.canary() == null ? null : Canary.statusOf(before);
    if (now.canary() == null) {
      return known == null
          ? List.of()
          : List.of(new News("CanaryRemoved", "All requests go to the endpoint itself.", false));
    }
    InferenceEndpointStatus is = Canary.statusOf(now);
    List<News> news = new ArrayList<>(between(known, is).stream().map(News::ofCanary).toList());
    find(is, CanaryCondition.TYPE)
        .filter(proven -> proven.getStatus().equals("True") && isNew(known, proven))
        .ifPresent(proven -> news.add(new News(proven.getType(), proven.getMessage(), false)));
    return news;
  }

  /** As of a canary. */
  public News ofCanary() {
    return new News("Canary" + reason, "canary: " + message, bad);
  }

  /** Cold starts that ended, and for each whether it took longer than it may. */
  public static List<News> ofColdStarts(
      @Nullable InferenceEndpointStatus before,
      List<ColdStart> reported,
      @Nullable Integer targetMillis) {
    List<News> news = new ArrayList<>();
    for (ColdStart each : ColdStarts.news(before == null ? null : before.coldStarts(), reported)) {
      news.add(new News("ColdStart", ColdStarts.sentence(each), false));
      if (TargetCondition.isMissed(each.totalMillis(), targetMillis)) {
        String message = TargetCondition.sentence(each.totalMillis(), targetMillis);
        news.add(new News(Reason.TARGET_MISSED.word(), message, true));
      }
    }
    return news;
  }

  /** Of a pool: that it stands or no longer does, and each new reason why something is wrong. */
  public static List<News> between(@Nullable WarmPoolStatus before, WarmPoolStatus now) {
    Condition ready = Objects.requireNonNull(now.conditions()).getFirst();
    Condition known =
        before == null || before.conditions() == null ? null : before.conditions().getFirst();
    boolean bad = ready.getStatus().equals("False");
    boolean sameStatus = known != null && known.getStatus().equals(ready.getStatus());
    boolean sameReason = known != null && known.getReason().equals(ready.getReason());
    return sameStatus && (sameReason || !bad)
        ? List.of()
        : List.of(new News(ready.getReason(), ready.getMessage(), bad));
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
