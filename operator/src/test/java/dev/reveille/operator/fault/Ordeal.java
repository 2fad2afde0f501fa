package dev.reveille.operator.fault;

import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.Call;
import dev.reveille.operator.kit.Watchers;
import dev.reveille.operator.kit.Watchers.Order;
import io.fabric8.mockwebserver.http.MockResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the writes of one namespace go through: one fault, at the write of this number. */
final class Ordeal implements ApiServer.Road {
  private static final Duration LAG = Duration.ofMillis(500);

  /** Longer than anybody waits for an answer here. */
  private static final Duration NEVER = Duration.ofSeconds(4);

  private final Trial trial;
  private final Watchers watchers;
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private volatile boolean struck;
  private volatile boolean crashed;
  private volatile boolean succeeded;

  Ordeal(Trial trial, Watchers watchers) {
    this.trial = trial;
    this.watchers = watchers;
  }

  /** The operator's writes so far, the events left out. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  boolean hasStruck() {
    return struck;
  }

  /** Whether it waits for the next operator. */
  boolean isCrashed() {
    return crashed && !succeeded;
  }

  /** Another operator is there. */
  void succeed() {
    succeeded = true;
  }

  @Override
  public MockResponse travel(Call call, Supplier<MockResponse> answer) {
    if (isCrashed()) {
      return dead();
    }
    if (!call.isWrite() || call.isEvent()) {
      return answer.get();
    }
    writes.add(call.said());
    if (writes.size() != trial.at() || struck) {
      return answer.get();
    }
    struck = true;
    return strike(answer);
  }

  private MockResponse strike(Supplier<MockResponse> answer) {
    return switch (trial.fault()) {
      case NONE -> answer.get();
      case CRASH_BEFORE -> crash();
      case CRASH_AFTER -> {
        var _ = answer.get();
        yield crash();
      }
      case TAKEN_BUT_409 -> takenBut(409, answer);
      case TAKEN_BUT_429 -> takenBut(429, answer);
      case TAKEN_BUT_500 -> takenBut(500, answer);
      case TAKEN_BUT_503 -> takenBut(503, answer);
      case TAKEN_BUT_LATE -> answer.get().setBodyDelay(NEVER);
      case REFUSED_409 -> ApiServer.refusal(409, "the object has been modified", "");
      case REFUSED_500 -> ApiServer.refusal(500, "etcd is away", "");
      case STALE -> lag(Order.SAME, answer);
      case SHUFFLED -> lag(Order.BY_KIND, answer);
      case TWICE -> {
        watchers.tellTwice(trial.namespace());
        yield answer.get();
      }
      case LOST -> {
        watchers.lose(trial.namespace());
        later(watchers::expire);
        yield answer.get();
      }
      case GONE -> {
        MockResponse taken = answer.get();
        watchers.expire();
        yield taken;
      }
    };
  }

  private MockResponse crash() {
    crashed = true;
    return dead();
  }

  /** Final: a client tries again what it takes for a server's trouble. */
  private static MockResponse dead() {
    return ApiServer.refusal(403, "this operator is dead", "");
  }

  private static MockResponse takenBut(int status, Supplier<MockResponse> answer) {
    var _ = answer.get();
    return ApiServer.refusal(status, "said so though it was taken", "");
  }

  private MockResponse lag(Order order, Supplier<MockResponse> answer) {
    watchers.hold(trial.namespace());
    later(() -> watchers.release(trial.namespace(), order));
    return answer.get();
  }

  private static void later(Runnable task) {
    CompletableFuture.delayedExecutor(LAG.toMillis(), TimeUnit.MILLISECONDS).execute(task);
  }
}
