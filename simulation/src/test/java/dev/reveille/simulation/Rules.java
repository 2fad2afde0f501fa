package dev.reveille.simulation;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Census;
import dev.reveille.simulation.Exchange.Ending;
import dev.reveille.simulation.SleepAttempt.FenceHeld;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must be so, whatever happens. */
final class Rules {
  private static final long IDEMPOTENT_TRIES = 5;

  private final World world;
  private final Map<Happening.Call, Ending> ends = new HashMap<>();
  private final Map<Happening.Call, String> answers = new HashMap<>();
  private final Map<Happening.Call, Integer> executions = new HashMap<>();
  private final Map<ModelProcess, String> owners = new HashMap<>();
  private final Map<String, Long> wakeEnds = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  int lateWrites;
  int sleeps;

  /** When the scale was written to 0 first; 0: never. */
  long firstSleep;

  int replays;

  Rules(World world) {
    this.world = world;
  }

  /** A rule was broken. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String rule;

    Broken(String rule, String how) {
      super(rule + ": " + how);
      this.rule = rule;
    }
  }

  // ── each accepted request ends exactly once, with an answer to itself ──

  void ended(Happening.Call call, Ending ending, String detail) {
    world.tell(() -> "call " + call.number() + " ends: " + ending + " " + detail);
    if (ends.put(call, ending) != null) {
      throw new Broken("EndsOnce", "call " + call.number() + " ended twice");
    }
    answers.put(call, detail);
    if (ending == Ending.ANSWERED && executions.getOrDefault(call, 0) == 0) {
      throw new Broken("AnswerIsItsOwn", "call " + call.number() + " was answered by nobody");
    }
    if (world.setting().flawless() && ending == Ending.REFUSED) {
      throw new Broken("NoError", "call " + call.number() + " got " + ending + " " + detail);
    }
  }

  @Nullable Ending end(Happening.Call call) {
    return ends.get(call);
  }

  String detail(Happening.Call call) {
    return answers.getOrDefault(call, "");
  }

  // ── a replay only where allowed; nothing runs at another's backend ──

  void executed(Happening.Call call, ModelProcess by) {
    int times = executions.merge(call, 1, Integer::sum);
    App app = world.appOf(call);
    if (!by.uid().equals(app.uid)) {
      throw new Broken(
          "OwnBackendOnly", "call " + call.number() + " of " + app.uid + " runs at " + by.uid());
    }
    int limit = app.spec.scaling().containerConcurrency();
    if (limit > 0 && by.runs() > limit) {
      throw new Broken("LimitIsKept", by.runs() + " run at " + by);
    }
    if (times > 1) {
      replays++;
      boolean allowed = app.spec.requests().idempotent() && times <= IDEMPOTENT_TRIES;
      if (!allowed || !call.body().replayable()) {
        throw new Broken(
            "ReplayWhereAllowed", "call " + call.number() + " ran " + times + " times");
      }
    }
  }

  // ── a pool pod has one owner ever ──

  void taken(ModelProcess by, String uid) {
    world.tell(() -> by.pod.name + " is taken by " + uid);
    String before = owners.put(by, uid);
    if (before != null) {
      throw new Broken("OneOwner", by.pod.name + " was " + before + "'s, and is " + uid + "'s");
    }
  }

  // ── one outstanding wake an endpoint ──

  /**
   * @param submitted when it was asked for, in steps
   */
  void woke(ActivatorHost by, String endpoint, long submitted) {
    String key = by.name + by.life + " " + endpoint;
    if (submitted < epochs.getOrDefault(key, 0L)) {
      return; // of a sleep before
    }
    Long before = wakeEnds.put(key, world.agenda().steps());
    if (before != null && submitted < before) {
      throw new Broken(
          "OneWakeAtOnce", by + " asked for " + endpoint + " again before it had an answer");
    }
  }

  /** Its next wake is a new one. */
  void newEpoch(ActivatorHost by, App app) {
    String key = by.name + by.life + " " + app.name;
    epochs.put(key, world.agenda().steps());
    wakeEnds.remove(key);
  }

  // ── no sleep while anything waits or runs ──

  /** The scale is written to 0 now, behind those fences. */
  void slept(App app, Map<ActivatorHost, FenceHeld> fences) {
    sleeps++;
    firstSleep = firstSleep == 0 ? world.now() : firstSleep;
    for (Map.Entry<ActivatorHost, FenceHeld> entry : fences.entrySet()) {
      ActivatorHost activator = entry.getKey();
      FenceHeld fence = entry.getValue();
      boolean stands =
          activator.alive && activator.life == fence.life() && world.now() < fence.until();
      if (!stands) {
        lateWrites++;
        continue;
      }
      for (Exchange exchange : activator.exchanges) {
        boolean before = exchange.queuedAt() - activator.clockOrigin < fence.since();
        if (exchange.uid().equals(app.uid) && (exchange.runs() || (exchange.waits() && before))) {
          throw new Broken(
              "NoSleepWhileBusy",
              app.uid
                  + " is put to sleep while call "
                  + exchange.call().number()
                  + (exchange.runs() ? " runs" : " waits")
                  + " at "
                  + activator);
        }
      }
    }
  }

  // ── what waits is bounded ──

  void check(ActivatorHost activator) {
    boolean empty = activator.exchanges.isEmpty();
    if (empty && activator.foundEmpty) {
      return; // nothing can have come to wait or run since
    }
    activator.foundEmpty = empty;
    for (App app : world.cluster().apps) {
      Endpoint endpoint = activator.withUid(app.uid).orElse(null);
      if (endpoint != null) {
        check(activator, app, endpoint);
      }
    }
  }

  private void check(ActivatorHost activator, App app, Endpoint endpoint) {
    int waiting = 0;
    int fresh = 0;
    int running = 0;
    long bytes = 0;
    for (Exchange exchange : activator.exchanges) {
      if (exchange.uid().equals(app.uid)) {
        waiting += exchange.waits() ? 1 : 0;
        running += exchange.runs() ? 1 : 0;
        if (exchange.waits() && !exchange.wasReadmitted()) {
          fresh++;
          bytes += exchange.bytes();
        }
      }
    }
    Census census = endpoint.gate().census(activator.nanoTime());
    if (fresh > app.spec.activation().maxQueued() || bytes > App.MOST_BYTES) {
      throw new Broken("QueueIsBounded", fresh + " requests, " + bytes + " bytes wait");
    }
    if (census.queued() != waiting || census.inFlight() != running) {
      throw new Broken(
          "GateCountsRight",
          activator + " counts " + census + ", but " + waiting + " wait, " + running + " run");
    }
  }
}
