package dev.reveille.activator.proxy;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;

/**
 * A wish to have an endpoint awake, without a request for it: it waits at the gate like one, and
 * gives its backend back at once. The client hears that it wakes, or, if it prefers to wait, that
 * it is awake.
 */
final class WakeCall implements Ticket {
  private final Proxy.Parts parts;
  private final Endpoint endpoint;
  private final HttpServerRequest request;
  private final String id;
  private final Context context;
  private final Deadline deadline;
  private final Patience patience;
  private final long queuedAt;
  private final Memory.Share share;

  WakeCall(Proxy.Parts parts, Endpoint endpoint, HttpServerRequest request, String id) {
    this.parts = parts;
    this.endpoint = endpoint;
    this.request = request;
    this.id = id;
    this.context = parts.vertx().getOrCreateContext();
    this.deadline = new Deadline(parts.vertx());
    this.patience = Patience.of(request, endpoint.spec().activation());
    this.share = parts.memory().share(endpoint.uid());
    this.queuedAt = parts.nanoTime().getAsLong();
  }

  void start() {
    patience.tell(request.response());
    if (!patience.preferred() && !endpoint.beginWakeCall()) {
      besideAnother();
      return;
    }
    if (!share.take(Memory.OF_A_REQUEST)) {
      share.add(Memory.OF_A_REQUEST);
      refused(Refusal.noRoom());
      return;
    }
    switch (endpoint.gate().admit(this, endpoint.retryAfterSeconds(), queuedAt)) {
      case Admission.Forward(Lease lease) -> awake(lease);
      case Admission.Refuse(Refusal why) -> refused(why);
      case Admission.Wait() -> {
        if (!patience.preferred()) {
          answer(202, "waking");
        }
        deadline.set(
            patience.millisLeft(queuedAt, parts.nanoTime().getAsLong()), this::waitedTooLong);
        parts.waker().wakeIfNeeded(endpoint);
      }
    }
  }

  /** One that waits is enough; it may not have heard yet that the endpoint is awake. */
  private void besideAnother() {
    if (endpoint.gate().glimpse(queuedAt).isPresent()) {
      answer(200, "ready");
    } else {
      answer(202, "waking");
    }
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public long queuedAt() {
    return queuedAt;
  }

  @Override
  public void forward(Lease lease) {
    context.runOnContext(there -> awake(lease));
  }

  @Override
  public void refuse(Refusal why) {
    context.runOnContext(there -> refused(why));
  }

  private void refused(Refusal why) {
    over();
    Refusals.send(request, why, id, parts.vertx());
  }

  private void over() {
    deadline.clear();
    share.give(Memory.OF_A_REQUEST);
    if (!patience.preferred()) {
      endpoint.wakeCallOver();
    }
  }

  private void awake(Lease lease) {
    over();
    endpoint.gate().finish(lease, parts.nanoTime().getAsLong());
    answer(200, "ready");
  }

  private void waitedTooLong() {
    if (endpoint.gate().cancel(this, parts.nanoTime().getAsLong())) {
      refused(patience.over(endpoint.retryAfterSeconds(), parts.waker().awaited(endpoint)));
    }
  }

  private void answer(int status, String state) {
    if (!request.response().ended() && !request.response().closed()) {
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end("{\"state\":\"" + state + "\"}");
    }
  }
}
