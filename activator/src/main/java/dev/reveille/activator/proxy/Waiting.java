package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Door;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request at the gate: of which version, by which door, and how long; until it is granted a
 * backend, or refused. It lives on its connection's event loop; the gate may call it from any
 * thread.
 */
final class Waiting implements Ticket {
  private final Proxy.Parts parts;
  private final Call call;
  private final RequestBody body;
  private final Listener listener;
  private final Context context;
  private final long queuedAt;
  private Chosen chosen;
  private Endpoint endpoint;
  private Door door;
  private @Nullable Deadline deadline;
  private long bytes;
  private boolean waited;
  private boolean left;

  /** Hears what comes of it; on the event loop. */
  interface Listener {
    /** It may be sent there; to be given back. */
    void granted(Lease lease);

    void refused(Refusal why);

    /** It is to wait; false: there is no room for it. */
    boolean waits();
  }

  Waiting(Proxy.Parts parts, Chosen chosen, Call call, RequestBody body, Listener listener) {
    this.parts = parts;
    this.call = call;
    this.body = body;
    this.listener = listener;
    this.context = parts.vertx().getOrCreateContext();
    this.queuedAt = now();
    this.chosen = chosen;
    this.endpoint = chosen.endpoint();
    this.door = parts.homes().door(endpoint, call.relayed());
  }

  private long now() {
    return parts.nanoTime().getAsLong();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** It was not let through at once. */
  boolean waited() {
    return waited;
  }

  /** The version that it goes to, as it stands now. */
  Chosen chosen() {
    return chosen;
  }

  /** Now; a body whose length nobody said is looked for in what came with the head. */
  void begin() {
    if (body.isOfUnknownLength()) {
      context.runOnContext(later -> admit());
    } else {
      admit();
    }
  }

  private void admit() {
    if (!left) {
      bytes = body.heldAtMost();
      endpoint.version().ifPresent(name -> response().putHeader(Wire.VERSION, name));
      follow(door.admit(this, endpoint.retryAfterSeconds(), now()));
    }
  }

  private HttpServerResponse response() {
    return call.request().response();
  }

  private void follow(Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease granted) -> grant(granted);
      case Admission.Refuse(Refusal why) -> refused(why);
      case Admission.Wait() -> await();
    }
  }

  private void await() {
    if (!listener.waits() && door.cancel(this, now())) {
      listener.refused(Refusal.noRoom());
      return;
    }
    waited = true;
    Patience patience = Patience.of(call.request(), endpoint.spec().activation());
    patience.tell(response());
    stopClock();
    deadline = new Deadline(parts.vertx());
    deadline.set(patience.millisLeft(queuedAt, now()), () -> waitedTooLong(patience));
    parts.waker().wakeIfNeeded(endpoint);
  }

  /** Another version may take it, if this one was removed or is not the only one that will do. */
  private void refused(Refusal why) {
    Optional<Chosen> other = chosen.instead(parts.endpoints());
    if (left || other.isEmpty()) {
      listener.refused(why);
      return;
    }
    chosen = other.get();
    endpoint = chosen.endpoint();
    door = parts.homes().door(endpoint, false); // at home elsewhere, perhaps
    response().headers().remove(Wire.VERSION);
    admit();
  }

  private void waitedTooLong(Patience patience) {
    if (door.cancel(this, now())) {
      refused(patience.over(endpoint.retryAfterSeconds(), parts.waker().awaited(endpoint)));
    }
  }

  private void grant(Lease lease) {
    stopClock();
    if (left) {
      giveBack(lease);
    } else {
      listener.granted(lease);
    }
  }

  /** What it was granted came to nothing: it waits again, and has not lost its place. */
  void again(Lease failed) {
    follow(door.readmit(this, failed, now()));
  }

  void giveBack(Lease lease) {
    door.finish(lease, now());
  }

  /** It waits no longer, whatever the gate says. */
  void leave() {
    left = true;
    stopClock();
    door.cancel(this, now());
  }

  private void stopClock() {
    if (deadline != null) {
      deadline.clear();
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long queuedAt() {
    return queuedAt;
  }

  @Override
  public void forward(Lease lease) {
    context.runOnContext(there -> grant(lease));
  }

  @Override
  public void refuse(Refusal why) {
    context.runOnContext(there -> refused(why));
  }
}
