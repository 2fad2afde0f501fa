package dev.reveille.activator.proxy;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Wake;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import dev.reveille.activator.proxy.SendOnce.Ending;
import dev.reveille.activator.proxy.SendOnce.Verdict;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its arrival to the last byte of its answer. It lives on its connection's event
 * loop; the gate may call it from any thread. What {@link SendOnce} says decides about a second
 * try.
 *
 * <pre>
 *   start ─► waiting ─► forwarding ─► answering ─► over
 *              ▲            │ nothing came of it
 *              └────────────┘
 * </pre>
 */
final class Exchange implements Ticket, Attempt.Listener {
  private final Proxy.Parts parts;
  private final Endpoint endpoint;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final String uri;
  private final String id;
  private final Context context;
  private final RequestBody body;
  private final Deadline deadline;
  private final long queuedAt;
  private State state = State.WAITING;
  private boolean waited;
  private int tries;
  private long forwardedAt;
  private Wake wake;
  private @Nullable Attempt attempt;

  private enum State {
    WAITING,
    FORWARDING,
    ANSWERING,
    OVER
  }

  Exchange(Proxy.Parts parts, Endpoint endpoint, HttpServerRequest request, String uri, String id) {
    this.parts = parts;
    this.endpoint = endpoint;
    this.request = request;
    this.response = request.response();
    this.uri = uri;
    this.id = id;
    this.context = parts.vertx().getOrCreateContext();
    this.queuedAt = parts.nanoTime().getAsLong();
    this.deadline = new Deadline(parts.vertx());
    this.wake = endpoint.wake();
    this.body =
        new RequestBody(
            request,
            endpoint.spec().requests().bodyBytes(),
            parts.budget(),
            () -> fail(Refusal.bodyTooLarge(endpoint.spec().requests().bodyBytes())));
  }

  void start() {
    if (body.declaresTooMuch()) {
      fail(Refusal.bodyTooLarge(endpoint.spec().requests().bodyBytes()));
      return;
    }
    if (body.isCodedBeyondUs()) {
      fail(Refusal.transferCoding());
      return;
    }
    request.exceptionHandler(broken -> clientGone());
    response.exceptionHandler(broken -> clientGone());
    response.closeHandler(closed -> clientGone());
    body.read();
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      response.writeContinue();
    }
    follow(endpoint.gate().admit(this, endpoint.retryAfterSeconds(), queuedAt));
  }

  private void follow(Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease granted) -> send(granted);
      case Admission.Refuse(Refusal why) -> fail(why);
      case Admission.Wait() -> {
        waited = true;
        long maxWait = TimeUnit.SECONDS.toNanos(endpoint.spec().activation().maxWaitSeconds());
        long left = queuedAt + maxWait - parts.nanoTime().getAsLong();
        deadline.set(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)), this::waitedTooLong);
        parts.waker().wakeIfNeeded(endpoint);
      }
    }
  }

  @Override
  public long bytes() {
    return body.heldAtMost();
  }

  @Override
  public long queuedAt() {
    return queuedAt;
  }

  @Override
  public void forward(Lease granted) {
    context.runOnContext(there -> send(granted));
  }

  @Override
  public void refuse(Refusal why) {
    context.runOnContext(there -> fail(why));
  }

  private void waitedTooLong() {
    if (endpoint.gate().cancel(this, parts.nanoTime().getAsLong())) {
      fail(
          Refusal.waitedTooLong(
              endpoint.spec().activation().maxWaitSeconds(), endpoint.retryAfterSeconds()));
    }
  }

  private void clientGone() {
    if (state == State.OVER || response.ended()) {
      return;
    }
    endpoint.gate().cancel(this, parts.nanoTime().getAsLong());
    if (state != State.ANSWERING) {
      endpoint.meters().left();
    }
    over();
  }

  private void send(Lease granted) {
    if (state == State.OVER) {
      endpoint.gate().finish(granted, parts.nanoTime().getAsLong());
      return;
    }
    deadline.clear();
    state = State.FORWARDING;
    tries++;
    wake = endpoint.wake();
    Attempt begun = new Attempt(granted, this);
    attempt = begun;
    begun.start(
        parts.http(),
        request,
        uri,
        upstream -> {
          Headers.send(request, upstream, id, granted.backend().instance());
          body.sendTo(upstream);
        });
  }

  @Override
  public void sent() {
    forwardedAt = parts.nanoTime().getAsLong();
    int seconds = endpoint.spec().requests().timeoutSeconds();
    deadline.set(TimeUnit.SECONDS.toMillis(seconds), () -> fail(Refusal.backendTimeout(seconds)));
  }

  @Override
  public void failed(Attempt failed, Ending ending) {
    deadline.clear();
    body.detach();
    attempt = null;
    parts.backends().suspect(failed.lease().backend());
    boolean idempotent = endpoint.spec().requests().idempotent();
    switch (SendOnce.after(new SendOnce.Try(ending, idempotent, body.isReplayable(), tries))) {
      case Verdict.Again() -> {
        state = State.WAITING;
        follow(endpoint.gate().readmit(this, failed.lease(), parts.nanoTime().getAsLong()));
      }
      case Verdict.GiveUp(Refusal why) -> {
        endpoint.gate().finish(failed.lease(), parts.nanoTime().getAsLong());
        fail(why);
      }
    }
  }

  @Override
  public void answered(HttpClientResponse from) {
    deadline.clear();
    state = State.ANSWERING;
    long firstByte = parts.nanoTime().getAsLong();
    Headers.frame(request, from, response);
    if (waited) {
      ColdPath.record(
          endpoint, wake, response, new ColdPath.Moments(queuedAt, forwardedAt, firstByte));
    }
    from.pipe()
        .endOnFailure(false)
        .to(response)
        .onComplete(
            piped -> {
              if (piped.succeeded()) {
                whole();
              } else if (state != State.OVER) {
                response.reset(); // a cut answer must look cut
              }
              over();
            });
  }

  /** Request and answer went through: the backend's connection can be used again. */
  private void whole() {
    if (attempt != null && body.isEnded()) {
      endpoint.gate().finish(attempt.lease(), parts.nanoTime().getAsLong());
      attempt = null;
    }
  }

  private void fail(Refusal why) {
    if (state == State.OVER) {
      return;
    }
    endpoint.gate().cancel(this, parts.nanoTime().getAsLong());
    if (state == State.ANSWERING) {
      response.reset();
      over();
      return;
    }
    if (waited) {
      ColdPath.waited(endpoint, response, queuedAt, parts.nanoTime().getAsLong());
    }
    endpoint.meters().refused(why.reason());
    endpoint.meters().answered(why.status());
    Refusals.send(request, why, id);
    over();
  }

  private void over() {
    if (state == State.OVER) {
      return;
    }
    if (state == State.ANSWERING) {
      endpoint.meters().answered(response.getStatusCode());
    }
    state = State.OVER;
    deadline.clear();
    body.close();
    if (attempt != null) {
      attempt.cancel();
      endpoint.gate().finish(attempt.lease(), parts.nanoTime().getAsLong());
      attempt = null;
    }
    if (!request.isEnded() && !response.closed()) {
      request.resume(); // what is left of the body goes nowhere
    }
  }
}
