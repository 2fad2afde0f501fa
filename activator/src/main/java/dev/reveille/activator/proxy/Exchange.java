package dev.reveille.activator.proxy;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import dev.reveille.activator.proxy.SendOnce.Ending;
import dev.reveille.activator.proxy.SendOnce.Verdict;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its arrival to the last byte of its answer, or to the end of the WebSocket that
 * it became. It lives on its connection's event loop; the gate may call it from any thread. What
 * {@link SendOnce} says decides about a second try.
 *
 * <pre>
 *   start ─► waiting ─► forwarding ─► answering ─► over
 *              ▲            │ nothing came of it
 *              └────────────┘
 * </pre>
 */
final class Exchange implements Ticket, Attempt.Listener, Answer.Listener {
  private static final long INTERNAL_ERROR = 2; // RFC 9113, 7
  private static final int NOT_ANSWERED = 0;

  private final Proxy.Parts parts;
  private final Endpoint endpoint;
  private final Call call;
  private final HttpServerResponse response;
  private final Context context;
  private final RequestBody body;
  private final Deadline deadline;
  private final long queuedAt;
  private State state = State.WAITING;
  private boolean waited;
  private int tries;
  private long forwardedAt;
  private @Nullable Attempt attempt;
  private @Nullable Passage passage;

  private enum State {
    WAITING,
    FORWARDING,
    ANSWERING,
    OVER
  }

  Exchange(Proxy.Parts parts, Endpoint endpoint, Call call) {
    this.parts = parts;
    this.endpoint = endpoint;
    this.call = call;
    this.response = call.request().response();
    this.context = parts.vertx().getOrCreateContext();
    this.queuedAt = now();
    this.deadline = new Deadline(parts.vertx());
    long maxBytes = endpoint.spec().requests().bodyBytes();
    this.body =
        new RequestBody(
            call.request(),
            new RequestBody.Bounds(maxBytes, parts.paced().isPaced(call.request())),
            parts.budget(),
            () -> fail(Refusal.bodyTooLarge(maxBytes)));
  }

  private long now() {
    return parts.nanoTime().getAsLong();
  }

  void start() {
    if (body.declaresTooMuch()) {
      fail(Refusal.bodyTooLarge(endpoint.spec().requests().bodyBytes()));
      return;
    }
    if (call.kind() == Call.Kind.GRPC && !endpoint.spec().speaksHttp2()) {
      fail(Refusal.grpcNeedsHttp2());
      return;
    }
    body.read();
    call.request().exceptionHandler(broken -> clientGone());
    response.exceptionHandler(broken -> clientGone());
    response.closeHandler(closed -> clientGone());
    if (body.isOfUnknownLength()) {
      context.runOnContext(later -> admit()); // what came with the head says whether there is one
    } else {
      admit();
    }
  }

  private void admit() {
    if (state != State.OVER) {
      follow(endpoint.gate().admit(this, endpoint.retryAfterSeconds(), queuedAt));
    }
  }

  private void follow(Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease granted) -> send(granted);
      case Admission.Refuse(Refusal why) -> fail(why);
      case Admission.Wait() -> {
        waited = true;
        Patience patience = Patience.of(call.request(), endpoint.spec().activation());
        patience.tell(response);
        deadline.set(patience.millisLeft(queuedAt, now()), () -> waitedTooLong(patience));
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

  private void waitedTooLong(Patience patience) {
    if (endpoint.gate().cancel(this, now())) {
      fail(patience.over(endpoint.retryAfterSeconds()));
    }
  }

  private void clientGone() {
    endpoint.gate().cancel(this, now());
    over(state == State.ANSWERING ? response.getStatusCode() : NOT_ANSWERED);
  }

  private void send(Lease granted) {
    if (state == State.OVER) {
      endpoint.gate().finish(granted, now());
      return;
    }
    deadline.clear();
    state = State.FORWARDING;
    tries++;
    attempt = new Attempt(granted, call, parts.backends(), this);
    // An upgrade is HTTP/1.1's, whatever else the server speaks.
    boolean http2 = call.kind() != Call.Kind.WEBSOCKET && endpoint.spec().speaksHttp2();
    attempt.start(parts.upstream().speaking(http2));
  }

  @Override
  public void connected(Attempt begun, HttpClientRequest upstream) {
    forwardedAt = now();
    awaitAnswer(begun.lease(), body.total());
    long waitedMillis = waited ? TimeUnit.NANOSECONDS.toMillis(forwardedAt - queuedAt) : 0;
    Headers.send(call, upstream, begun.lease().backend().instance(), waitedMillis);
    if (call.kind() == Call.Kind.WEBSOCKET) {
      upstream.connect();
    } else {
      body.sendTo(upstream);
    }
  }

  /** To the first byte; what a gRPC client goes on sending begins the time anew. */
  private void awaitAnswer(Lease from, long sent) {
    int seconds = endpoint.spec().requests().timeoutSeconds();
    deadline.set(
        TimeUnit.SECONDS.toMillis(seconds),
        () -> {
          if (call.kind() == Call.Kind.GRPC && body.total() > sent) {
            awaitAnswer(from, body.total());
          } else {
            parts.backends().failed(from, Fault.TIMED_OUT);
            fail(Refusal.backendTimeout(seconds));
          }
        });
  }

  @Override
  public void failed(Attempt failed, Ending ending) {
    deadline.clear();
    body.detach();
    attempt = null;
    boolean idempotent = endpoint.spec().requests().idempotent();
    switch (SendOnce.after(new SendOnce.Try(ending, idempotent, body.isReplayable(), tries))) {
      case Verdict.Again() -> {
        state = State.WAITING;
        follow(endpoint.gate().readmit(this, failed.lease(), now()));
      }
      case Verdict.GiveUp(Refusal why) -> {
        endpoint.gate().finish(failed.lease(), now());
        fail(why);
      }
    }
  }

  @Override
  public void answered(Attempt by, HttpClientResponse from) {
    deadline.clear();
    state = State.ANSWERING;
    body.answered();
    if (waited) {
      String instance = by.lease().backend().instance();
      ColdPath.record(
          endpoint, response, instance, new ColdPath.Waiting(queuedAt, forwardedAt, now()));
    }
    passage =
        by.switches(from)
            ? Tunnel.join(call, from, this::over)
            : Answer.pass(call, from, context, this);
  }

  @Override
  public void whole(Future<Void> written) {
    if (attempt != null) {
      attempt.answerEnded(body.isEnded());
      endpoint.gate().finish(attempt.lease(), now()); // however slowly the client reads
      attempt = null;
    }
    written.onComplete(done -> over());
    Leftover.skip(call.request(), written, parts.vertx());
  }

  @Override
  public void cut() {
    if (state != State.OVER) {
      response.reset(INTERNAL_ERROR); // a cut answer must look cut
      over();
    }
  }

  private void fail(Refusal why) {
    if (state == State.OVER) {
      return;
    }
    endpoint.gate().cancel(this, now());
    if (state == State.ANSWERING) {
      cut();
      return;
    }
    if (waited) {
      ColdPath.waited(endpoint, response, queuedAt, now());
    }
    endpoint.meters().refused(why.reason());
    over(why.status());
    Refusals.send(call.request(), why, call.id(), parts.vertx());
  }

  private void over() {
    over(response.getStatusCode());
  }

  /** Over first, then the backend is told: its reset comes back to us at once. */
  private void over(int status) {
    if (state == State.OVER) {
      return;
    }
    state = State.OVER;
    deadline.clear();
    body.close();
    if (status != NOT_ANSWERED) {
      endpoint.meters().answered(status);
    }
    if (passage != null) {
      passage.stop();
    }
    if (attempt != null) {
      endpoint.gate().finish(attempt.lease(), now());
      attempt.cancel();
    }
  }
}
