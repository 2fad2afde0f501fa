package dev.reveille.activator.proxy;

import dev.reveille.activator.backend.Upstream;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.proxy.SendOnce.Ending;
import dev.reveille.activator.proxy.SendOnce.Verdict;
import dev.reveille.crds.RequestsSpec;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its arrival to the last byte of its answer, or to the end of the WebSocket that
 * it became. One event loop's. What {@link SendOnce} says decides about a second try.
 */
final class Exchange implements Waiting.Listener, Attempt.Listener, Answer.Listener {
  private static final int NOT_ANSWERED = 0;
  private static final int GRACE = 5; // seconds: a home says itself that time is over

  private final Proxy.Parts parts;
  private final Call call;
  private final HttpServerResponse response;
  private final Memory.Share share;
  private final RequestBody body;
  private final Waiting waiting;
  private final Deadline deadline;
  private State state = State.WAITING;
  private boolean relayed; // who answers it counts it
  private int tries;
  private long held; // of the share, without the body
  private long forwardedAt;
  private @Nullable Attempt attempt;
  private @Nullable Passage passage;

  Exchange(Proxy.Parts parts, Chosen chosen, Call call) {
    this.parts = parts;
    this.call = call;
    this.response = call.request().response();
    long maxBytes = chosen.endpoint().spec().requests().bodyBytes();
    this.share = parts.memory().share(chosen.endpoint().uid());
    this.body =
        new RequestBody(
            call.request(), maxBytes, share, () -> refused(Refusal.bodyTooLarge(maxBytes)));
    this.waiting = new Waiting(parts, chosen, call, body, this);
    this.deadline = new Deadline(parts.vertx());
  }

  private Endpoint endpoint() {
    return waiting.endpoint();
  }

  private RequestsSpec spec() {
    return endpoint().spec().requests();
  }

  private long now() {
    return parts.nanoTime().getAsLong();
  }

  void start() {
    parts.farewell().opened();
    if (body.declaresTooMuch()) {
      refused(Refusal.bodyTooLarge(spec().bodyBytes()));
      return;
    }
    if (call.kind() == Call.Kind.GRPC && !endpoint().spec().speaksHttp2()) {
      refused(Refusal.grpcNeedsHttp2());
      return;
    }
    if (!hold(Memory.OF_A_REQUEST)) {
      refused(Refusal.noRoom());
      return;
    }
    body.read();
    call.request().exceptionHandler(broken -> clientGone());
    response.exceptionHandler(broken -> clientGone());
    response.closeHandler(closed -> clientGone());
    if (!body.whenReady(this::begin)) {
      int seconds = spec().timeoutSeconds();
      deadline.set(TimeUnit.SECONDS.toMillis(seconds), () -> refused(Refusal.bodyTooSlow(seconds)));
    }
  }

  private void begin() {
    deadline.clear();
    waiting.begin();
  }

  private boolean hold(long bytes) {
    boolean may = share.take(bytes);
    held += may ? bytes : 0;
    return may;
  }

  @Override
  public boolean waits() {
    return body.isReplayable() && (waiting.waited() || hold(Memory.ofHead(call.request())));
  }

  private void clientGone() {
    over(state == State.ANSWERING ? response.getStatusCode() : NOT_ANSWERED);
  }

  @Override
  public void granted(Lease lease) {
    state = State.FORWARDING;
    endpoint().meters().called(); // it may run for long before it is answered
    if (tries++ == 0) {
      share.add(Memory.OF_A_REQUEST); // the other connection
      held += Memory.OF_A_REQUEST;
    }
    relayed = lease.isElsewhere();
    attempt = new Attempt(lease, call, parts.backends(), this);
    // An upgrade is HTTP/1.1's, whatever else the server speaks.
    boolean http2 = call.kind() != Call.Kind.WEBSOCKET && endpoint().spec().speaksHttp2();
    Upstream upstream = parts.upstream();
    attempt.start(relayed ? upstream.relaying(http2) : upstream.speaking(http2));
  }

  @Override
  public void connected(Attempt begun, HttpClientRequest upstream) {
    Lease lease = begun.lease();
    lease.connect();
    forwardedAt = now();
    awaitAnswer(lease, body.total());
    long waited = waiting.waited() ? forwardedAt - waiting.queuedAt() : 0;
    Headers.send(call, upstream, lease.backend().instance(), TimeUnit.NANOSECONDS.toMillis(waited));
    if (relayed) {
      waiting.chosen().relay(upstream, parts.homes().key());
    }
    if (call.kind() == Call.Kind.WEBSOCKET) {
      upstream.connect();
    } else {
      body.sendTo(upstream);
    }
  }

  /** To the first byte; what a gRPC client goes on sending begins the time anew. */
  private void awaitAnswer(Lease from, long sent) {
    int seconds = spec().timeoutSeconds();
    int there = from.isElsewhere() ? endpoint().spec().activation().maxWaitSeconds() + GRACE : 0;
    deadline.set(
        TimeUnit.SECONDS.toMillis(seconds + there),
        () -> {
          if (call.kind() == Call.Kind.GRPC && body.total() > sent) {
            awaitAnswer(from, body.total());
          } else if (body.isOwed()) {
            refused(Refusal.bodyTooSlow(seconds)); // no fault of the replica's
          } else {
            parts.backends().failed(from, Fault.TIMED_OUT);
            refused(Refusal.backendTimeout(seconds));
          }
        });
  }

  @Override
  public void failed(Attempt failed, Ending ending) {
    deadline.clear();
    body.detach();
    attempt = null;
    relayed = false;
    switch (SendOnce.after(
        new SendOnce.Try(ending, spec().idempotent(), body.isReplayable(), tries))) {
      case Verdict.Again() -> {
        state = State.WAITING;
        waiting.again(failed.lease());
      }
      case Verdict.GiveUp(Refusal why) -> {
        waiting.giveBack(failed.lease());
        refused(why);
      }
    }
  }

  @Override
  public void answered(Attempt by, HttpClientResponse from) {
    deadline.clear();
    state = State.ANSWERING;
    body.answered();
    if (waiting.waited()) {
      String instance = by.lease().backend().instance();
      ColdPath.record(
          endpoint(),
          response,
          instance,
          new ColdPath.Waiting(waiting.queuedAt(), forwardedAt, now()));
    }
    if (relayed) {
      Chosen.passOn(from, response);
    }
    passage =
        by.switches(from)
            ? Tunnel.join(call, from, this::over)
            : Answer.pass(call, from, parts, this);
  }

  @Override
  public void whole(Future<Void> written) {
    if (attempt != null) {
      attempt.answerEnded(body.isEnded());
      waiting.giveBack(attempt.lease()); // however slowly the client reads
      attempt = null;
    }
    written.onComplete(done -> over());
    Leftover.skip(call.request(), written, parts.vertx());
  }

  @Override
  public void cut() {
    refused(Refusal.backendBroke("the replica broke off in its answer"));
  }

  @Override
  public void refused(Refusal why) {
    if (state == State.ANSWERING && response.headWritten()) {
      Answer.breakOff(call);
      over();
    } else if (state != State.OVER) {
      if (state == State.ANSWERING) {
        Headers.takeBack(response);
      }
      if (waiting.waited()) {
        ColdPath.waited(endpoint(), response, waiting.queuedAt(), now());
      }
      endpoint().meters().refused(why.reason());
      over(why.status());
      Refusals.send(call.request(), why, call.id(), parts.vertx());
    }
  }

  private void over() {
    over(response.getStatusCode());
  }

  /** Over first, then the backend is told: its reset comes back to us at once. */
  private void over(int status) {
    if (state == State.OVER) {
      return;
    }
    if (state == State.WAITING) {
      waiting.leave();
    }
    state = State.OVER;
    parts.farewell().closed();
    deadline.clear();
    body.close();
    share.give(held);
    if (status != NOT_ANSWERED && !relayed) {
      endpoint().meters().answered(status, now() - waiting.queuedAt());
    }
    if (passage != null) {
      passage.stop();
    }
    if (attempt != null) {
      waiting.giveBack(attempt.lease());
      attempt.cancel();
    }
  }
}
