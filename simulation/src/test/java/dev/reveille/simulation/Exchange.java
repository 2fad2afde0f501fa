package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import dev.reveille.activator.proxy.SendOnce;
import dev.reveille.activator.proxy.SendOnce.Verdict;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** One request in an activator: the steps of the proxy's exchange, over the world's network. */
final class Exchange implements Ticket {
  private final World world;
  private final ActivatorHost host;
  private final Endpoint endpoint;
  private final Happening.Call call;
  private final long queuedAt;
  private State state = State.WAITING;
  private int attempts;
  private int timer;
  private boolean waits;
  private @Nullable Lease lease;
  private ModelProcess.@Nullable Run run;

  private enum State {
    WAITING,
    FORWARDING,
    ANSWERING,
    OVER
  }

  Exchange(World world, ActivatorHost host, Endpoint endpoint, Happening.Call call) {
    this.world = world;
    this.host = host;
    this.endpoint = endpoint;
    this.call = call;
    this.queuedAt = host.nanoTime();
  }

  Happening.Call call() {
    return call;
  }

  String uid() {
    return endpoint.uid();
  }

  boolean runs() {
    return lease != null;
  }

  boolean waits() {
    return waits;
  }

  boolean wasReadmitted() {
    return attempts > 0;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  void start() {
    host.exchanges.add(this);
    if (call.patience() > 0) {
      world.agenda().after(call.patience(), host, this::clientGone);
    }
    follow(endpoint.gate().admit(this, endpoint.retryAfterSeconds(), queuedAt));
  }

  private void follow(Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease granted) -> send(granted);
      case Admission.Refuse(Refusal why) -> fail(why);
      case Admission.Wait() -> {
        waits = true;
        long most = endpoint.spec().activation().maxWaitSeconds() * SECOND;
        deadline(most - (host.nanoTime() - queuedAt), this::waitedTooLong);
        host.waker().wakeIfNeeded(endpoint);
      }
    }
  }

  private void deadline(long nanos, Runnable then) {
    int set = ++timer;
    world
        .agenda()
        .after(
            nanos,
            host,
            () -> {
              if (timer == set && state != State.OVER) {
                then.run();
              }
            });
  }

  @Override
  public long bytes() {
    return call.body().bytes();
  }

  @Override
  public long queuedAt() {
    return queuedAt;
  }

  @Override
  public void forward(Lease granted) {
    waits = false;
    lease = granted;
    world.agenda().after(1, host, () -> send(granted));
  }

  @Override
  public void refuse(Refusal why) {
    waits = false;
    world.agenda().after(1, host, () -> fail(why));
  }

  private void waitedTooLong() {
    if (endpoint.gate().cancel(this, host.nanoTime())) {
      waits = false;
      if (world.sabotage() != Sabotage.FORGETS_THE_IMPATIENT) {
        long millis = endpoint.spec().activation().maxWaitSeconds() * 1000L;
        fail(Refusal.waitedTooLong(millis, "spec.activation.maxWaitSeconds", "", 1));
      }
    }
  }

  private void clientGone() {
    if (state != State.OVER) {
      endpoint.gate().cancel(this, host.nanoTime());
      over(Ending.LEFT, "");
    }
  }

  private void send(Lease granted) {
    lease = granted;
    if (state == State.OVER) {
      lease = null;
      endpoint.gate().finish(granted, host.nanoTime());
      return;
    }
    timer++;
    state = State.FORWARDING;
    attempts++;
    deadline(
        endpoint.spec().requests().timeoutSeconds() * SECOND,
        () -> fail(Refusal.backendTimeout(30)));
    world.forward(this, host, granted.backend());
    if (world.sabotage() == Sabotage.FORWARDS_TWICE && attempts == 1 && call.number() % 7 == 3) {
      world.forward(this, host, granted.backend());
    }
  }

  /** A backend has it, and may be told that it is not wanted any more. */
  void begun(ModelProcess.Run by) {
    if (state == State.OVER) {
      by.reset();
    } else {
      run = by;
    }
  }

  /** How an attempt with that lease's backend went. */
  void result(Attempted attempted, Lease granted) {
    if (state == State.OVER || lease != granted || state == State.ANSWERING) {
      return;
    }
    run = null;
    switch (attempted) {
      case ANSWERED -> {
        host.backends().answered(granted, 200);
        state = State.ANSWERING;
        timer++;
        world.agenda().after(world.dice().below(2 * MILLI), host, () -> over(Ending.ANSWERED, ""));
      }
      case NOT_SENT -> {
        host.backends().unconnected(granted, new ConnectException("refused"));
        failed(granted, SendOnce.Ending.NOT_SENT);
      }
      case UNEXECUTED -> {
        host.backends().declined(granted);
        failed(granted, SendOnce.Ending.UNEXECUTED);
      }
      case BROKE -> {
        host.backends().failed(granted, Fault.BROKE_OFF);
        failed(granted, SendOnce.Ending.BROKE);
      }
    }
  }

  /** What came of an attempt. */
  enum Attempted {
    ANSWERED,
    NOT_SENT,
    UNEXECUTED,
    BROKE
  }

  @Nullable Lease lease() {
    return lease;
  }

  private void failed(Lease failed, SendOnce.Ending ending) {
    lease = null;
    timer++;
    boolean idempotent =
        endpoint.spec().requests().idempotent() || world.sabotage() == Sabotage.ALWAYS_REPLAYS;
    SendOnce.Try last = new SendOnce.Try(ending, idempotent, call.body().replayable(), attempts);
    switch (SendOnce.after(last)) {
      case Verdict.Again() -> {
        state = State.WAITING;
        follow(endpoint.gate().readmit(this, failed, host.nanoTime()));
      }
      case Verdict.GiveUp(Refusal why) -> {
        endpoint.gate().finish(failed, host.nanoTime());
        fail(why);
      }
    }
  }

  private void fail(Refusal why) {
    if (state == State.OVER) {
      return;
    }
    endpoint.gate().cancel(this, host.nanoTime());
    over(Ending.REFUSED, why.status() + " " + why.reason());
  }

  private void over(Ending ending, String detail) {
    if (state == State.OVER) {
      return;
    }
    state = State.OVER;
    waits = false;
    timer++;
    host.exchanges.remove(this);
    ModelProcess.Run unwanted = run;
    run = null;
    if (unwanted != null) {
      unwanted.reset();
    }
    if (lease != null) {
      Lease returned = lease;
      lease = null;
      if (world.sabotage() != Sabotage.KEEPS_LEASES || call.number() % 5 != 4) {
        endpoint.gate().finish(returned, host.nanoTime());
      }
    }
    world.rules().ended(call, ending, detail);
  }

  /** The activator is gone: the client sees its connection break. */
  void processDied() {
    if (state != State.OVER) {
      state = State.OVER;
      if (run != null) {
        run.reset();
      }
      world.rules().ended(call, Ending.LOST, "");
    }
  }

  /** How a request ends for its client. */
  enum Ending {
    ANSWERED,
    REFUSED,
    /** The client left by itself. */
    LEFT,
    /** The activator died. */
    LOST
  }
}
