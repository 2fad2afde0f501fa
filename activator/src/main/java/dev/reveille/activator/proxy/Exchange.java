package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Door;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its arrival to the last byte of its answer, or to the end of the WebSocket that
 * it became. It lives on its connection's event loop; the gate may call it from any thread. What
 * {@link SendOnce} says decides about a second try.
 */
final class Exchange implements Ticket, Attempt.Listener, Answer.Listener {
  private static final long INTERNAL_ERROR = 2; // RFC 9113, 7
  private static final int NOT_ANSWERED = 0;
  private static final int GRACE = 5; // seconds: a home says itself that time is over

  private final Proxy.Parts parts;
  private final Call call;
  private final HttpServerResponse response;
  private final Context context;
  private final RequestBody body;
  private final Deadline deadline;
  private final long queuedAt;
  private Chosen chosen;
  private Endpoint endpoint;
  private Door door;
  private State state = State.WAITING;
  private boolean waited;
  private boolean relayed; // who answers it counts it
  private int tries;
  private long forwardedAt;
  private @Nullable Attempt attempt;
  private @Nullable Passage passage;

  Exchange(Proxy.Parts parts, Chosen chosen, Call call) {
    this.parts = parts;
    this.chosen = chosen;
    this.endpoint = chosen.endpoint();
    this.door = parts.homes().door(endpoint, call.relayed());
    this.call = call;
    this.response = call.request().response();
    this.context = parts.vertx().getOrCreateContext();
    this.queuedAt = now();
    this.deadline = new Deadline(parts.vertx());
    long maxBytes = chosen.endpoint().spec().requests().bodyBytes();
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
      endpoint.version().ifPresent(name -> response.putHeader(Wire.VERSION, name));
      follow(door.admit(this, endpoint.retryAfterSeconds(), now()));
    }
  }

  /** Another version may take it, if this one was removed or is not the only one that will do. */
  private void refused(Refusal why) {
    Optional<Chosen> other = chosen.instead(parts.endpoints());
    if (other.isEmpty()) {
      fail(why);
      return;
    }
    chosen = other.get();
    endpoint = chosen.endpoint();
    door = parts.homes().door(endpoint, false); // at home elsewhere, perhaps
    response.headers().remove(Wire.VERSION);
    admit();
  }

  private void follow(Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease granted) -> send(granted);
      case Admission.Refuse(Refusal why) -> refused(why);
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
    context.runOnContext(there -> refused(why));
  }

  private void waitedTooLong(Patience patience) {
    if (door.cancel(this, now())) {
      fail(patience.over(endpoint.retryAfterSeconds()));
    }
  }

  private void clientGone() {
    door.cancel(this, now());
    over(state == State.ANSWERING ? response.getStatusCode() : NOT_ANSWERED);
  }

  private void send(Lease granted) {
    if (state == State.OVER) {
      door.finish(granted, now());
      return;
    }
    deadline.clear();
    state = State.FORWARDING;
    tries++;
    relayed = granted.isElsewhere();
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
    if (relayed) {
      chosen.relay(upstream, parts.homes().key());
    }
    if (call.kind() == Call.Kind.WEBSOCKET) {
      upstream.connect();
    } else {
      body.sendTo(upstream);
    }
  }

  /** To the first byte; what a gRPC client goes on sending begins the time anew. */
  private void awaitAnswer(Lease from, long sent) {
    int seconds = endpoint.spec().requests().timeoutSeconds();
    int there = from.isElsewhere() ? endpoint.spec().activation().maxWaitSeconds() + GRACE : 0;
    deadline.set(
        TimeUnit.SECONDS.toMillis(seconds + there),
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
  public void failed(Attempt failed, SendOnce.Ending ending) {
    deadline.clear();
    body.detach();
    attempt = null;
    relayed = false;
    boolean idempotent = endpoint.spec().requests().idempotent();
    switch (SendOnce.after(new SendOnce.Try(ending, idempotent, body.isReplayable(), tries))) {
      case SendOnce.Verdict.Again() -> {
        state = State.WAITING;
        follow(door.readmit(this, failed.lease(), now()));
      }
      case SendOnce.Verdict.GiveUp(Refusal why) -> {
        door.finish(failed.lease(), now());
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
      var waiting = new ColdPath.Waiting(queuedAt, forwardedAt, now());
      ColdPath.record(endpoint, response, by.lease().backend().instance(), waiting);
    }
    if (relayed) {
      Chosen.passOn(from, response);
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
      door.finish(attempt.lease(), now()); // however slowly the client reads
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
    door.cancel(this, now());
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
    if (status != NOT_ANSWERED && !relayed) {
      endpoint.meters().answered(status, now() - queuedAt);
    }
    if (passage != null) {
      passage.stop();
    }
    if (attempt != null) {
      door.finish(attempt.lease(), now());
      attempt.cancel();
    }
  }
}
