package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.pool.PoolHello;
import dev.reveille.modelserver.pool.ClaimDesk;
import dev.reveille.modelserver.pool.ClaimDesk.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A model server in a pod, seen from outside; the claim desk is the real one. */
final class ModelProcess extends Party {
  private static final long LONGEST_PAUSE = 2 * SECOND;
  private static final int BRIDGE_THREADS_MILLIS = 60;

  final World world;
  final PodObject pod;
  final String instance;
  private final boolean restarted;
  private final List<Run> running = new ArrayList<>();
  private final List<Coming> coming = new ArrayList<>();
  ClaimDesk desk = new ClaimDesk();
  private String uid;
  private String revision;
  private State state = State.STARTING;
  private boolean welcome;

  private enum State {
    STARTING,
    FREE,
    LOADING,
    READY,
    FAILED,
    DRAINING
  }

  /** What becomes of a request that was sent here. */
  enum Result {
    ANSWERED,
    UNEXECUTED,
    /** The process was over before it came. */
    UNHEARD,
    BROKE
  }

  /** A request on its way here. */
  record Coming(long arrives, Consumer<Result> told) {}

  /** One request that runs. */
  final class Run {
    private final Consumer<Result> told;
    private boolean over;

    private Run(Consumer<Result> told) {
      this.told = told;
    }

    private void end(Result result) {
      if (!over) {
        over = true;
        running.remove(this);
        told.accept(result);
        endIfDone();
      }
    }

    /** Who sent it does not want the answer any more. */
    void reset() {
      over = true;
      running.remove(this);
      endIfDone();
    }
  }

  ModelProcess(World world, PodObject pod, boolean restarted) {
    super("process of " + pod.name);
    this.world = world;
    this.pod = pod;
    this.restarted = restarted;
    this.instance = pod.name + "." + world.number();
    this.uid = pod.app == null ? "" : pod.app.uid;
    this.revision = pod.app == null ? "" : pod.revision;
  }

  void start() {
    world.tell(() -> pod.name + " starts as " + instance + " at " + pod.host);
    if (!pod.isPooled() && pod.app == null) {
      spend(); // handed over, and its container was restarted
    } else if (pod.app != null) {
      world.agenda().after(Cluster.startTakes(world.dice()), this, this::loaded);
    } else if (restarted) {
      spend();
    } else {
      world.agenda().after(world.dice().around(200 * MILLI), this, this::free);
    }
  }

  private void spend() {
    desk.spend();
    offer("spent", 10 * SECOND);
  }

  private void free() {
    desk.open();
    state = State.FREE;
    offer("free", 2 * SECOND);
  }

  private void offer(String what, long period) {
    if (what.equals("free") && !desk.isFree()) {
      return;
    }
    PoolHello hello =
        new PoolHello(
            "pool", Cluster.NAMESPACE, Cluster.POOL, pod.revision, instance, 8080, what, "key");
    world.greet(this, activator -> activator.poolHello(hello, pod.host), answer -> {});
    world.agenda().after(period, this, () -> offer(what, period));
  }

  /** A claim as it arrives; what the desk decides. */
  Decision claim(String claimant, String modelId) {
    if (world.sabotage() == Sabotage.POD_TAKES_TWO_CLAIMS && desk.state().equals("claimed")) {
      desk = new ClaimDesk();
      desk.open();
    }
    Decision decision = desk.decide(claimant, modelId);
    if (decision instanceof Decision.Taken) {
      world.rules().taken(this, claimant);
      uid = claimant;
      revision = "bridge-" + pod.revision;
      state = State.LOADING;
      world.agenda().after(world.dice().around(BRIDGE_THREADS_MILLIS * MILLI), this, this::loaded);
    }
    return decision;
  }

  private void loaded() {
    if (state == State.DRAINING) {
      return;
    }
    boolean broken = world.cluster().ever(uid).isBroken(revision);
    state = broken ? State.FAILED : State.READY;
    if (!broken) {
      world.cluster().readiness(pod, true);
    }
    greet(20 * MILLI);
  }

  private void greet(long pause) {
    if ((state == State.READY || state == State.FAILED) && !welcome) {
      world.greet(this, activator -> activator.hello(report(), pod.host), this::answered);
      world
          .agenda()
          .after(pause + SECOND / 10, this, () -> greet(Math.min(LONGEST_PAUSE, 2 * pause)));
    }
  }

  private void answered(int status) {
    welcome = welcome || status == 204;
  }

  /** The hello document, for whoever asks. */
  Hello report() {
    String word =
        switch (state) {
          case STARTING, FREE, LOADING, DRAINING -> "starting";
          case READY -> "ready";
          case FAILED -> "failed";
        };
    String reason = state == State.FAILED ? "ModelInvalid" : "";
    return new Hello(uid, revision, "", instance, 8080, word, reason, reason, null);
  }

  void expect(Coming request) {
    coming.add(request);
  }

  /** A request as it arrives: runs it, or refuses it as not begun. */
  Run handle(Exchange exchange, String meant, Coming request) {
    coming.remove(request);
    Consumer<Result> told = request.told();
    Run run = new Run(told);
    boolean mine = meant.equals(instance) || world.sabotage() == Sabotage.POD_RUNS_ANYTHING;
    if (!mine || state != State.READY) {
      run.over = true;
      told.accept(Result.UNEXECUTED);
      return run;
    }
    if (!exchange.isOver()) { // else it is on its way to be told so
      running.add(run);
    }
    world.rules().executed(exchange.call(), this);
    world.agenda().after(exchange.call().runs(), this, () -> run.end(Result.ANSWERED));
    return run;
  }

  int runs() {
    return running.size();
  }

  String uid() {
    return uid;
  }

  void drain() {
    world.tell(() -> pod.name + " drains, " + running.size() + " run");
    boolean nobodys = state == State.FREE || state == State.STARTING;
    desk.close();
    state = State.DRAINING;
    if (world.sabotage() == Sabotage.POD_CUTS) {
      List.copyOf(running).forEach(run -> run.end(Result.BROKE));
    }
    world.agenda().after(nobodys ? 0 : Cluster.drainLingers(), this, this::lingered);
  }

  private boolean lingered;

  private void lingered() {
    lingered = true;
    endIfDone();
  }

  private void endIfDone() {
    if (alive && lingered && running.isEmpty()) {
      die();
      world.cluster().ended(pod);
    }
  }

  /** What came while it stood still is in its socket: that it was not begun nobody can tell. */
  @Override
  void die() {
    super.die();
    for (Coming request : coming) {
      boolean came = request.arrives() <= world.now();
      request.told().accept(came ? Result.BROKE : Result.UNHEARD);
    }
    coming.clear();
  }

  /** Without a sign to anybody. */
  void vanish() {
    world.tell(() -> pod.name + " is lost, " + running.size() + " run");
    coming.clear();
    running.forEach(run -> run.over = true);
    running.clear();
    super.die();
  }

  void crash() {
    world.tell(() -> pod.name + "'s container dies, " + running.size() + " run");
    die();
    List.copyOf(running).forEach(run -> run.end(Result.BROKE));
  }
}
