package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Fault;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.gate.Ticket;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its arrival to the last byte of its answer. It lives on its connection's event
 * loop; the gate may call it from any thread. It is sent once: again only while nothing was
 * executed, or if the endpoint is idempotent and no byte of an answer came.
 *
 * <pre>
 *   start ─► waiting ─► forwarding ─► answering ─► over
 *              ▲            │ not executed
 *              └────────────┘
 * </pre>
 */
final class Exchange implements Ticket {
  private static final int MOST_ATTEMPTS = 5;
  private static final long CONNECTION_MILLIS = 5000; // longer than one takes: it is pooled

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
  private int attempts;
  private long forwardedAt;
  private @Nullable Lease lease;
  private @Nullable HttpClientRequest upstream;

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
    long most = endpoint.spec().requests().bodyBytes();
    this.body =
        new RequestBody(request, most, parts.budget(), () -> fail(Refusal.bodyTooLarge(most)));
  }

  void start() {
    if (body.declaresTooMuch()) {
      fail(Refusal.bodyTooLarge(endpoint.spec().requests().bodyBytes()));
      return;
    }
    body.read();
    request.exceptionHandler(broken -> clientGone());
    response.exceptionHandler(broken -> clientGone());
    response.closeHandler(closed -> clientGone());
    follow(endpoint.gate().admit(this, endpoint.retryAfterSeconds(), queuedAt));
  }

  private void follow(Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease granted) -> send(granted);
      case Admission.Refuse(Refusal why) -> fail(why);
      case Admission.Wait() -> {
        waited = true;
        Patience patience = Patience.of(request, endpoint.spec().activation());
        patience.tell(response);
        deadline.set(
            patience.millisLeft(queuedAt, parts.nanoTime().getAsLong()),
            () -> waitedTooLong(patience));
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
    if (endpoint.gate().cancel(this, parts.nanoTime().getAsLong())) {
      fail(patience.over(endpoint.retryAfterSeconds()));
    }
  }

  private void clientGone() {
    if (state != State.OVER && !response.ended()) {
      endpoint.gate().cancel(this, parts.nanoTime().getAsLong());
      abandon();
    }
  }

  private void send(Lease granted) {
    if (state == State.OVER) {
      endpoint.gate().finish(granted, parts.nanoTime().getAsLong());
      return;
    }
    deadline.clear();
    lease = granted;
    state = State.FORWARDING;
    attempts++;
    Backend backend = granted.backend();
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(backend.host())
            .setPort(backend.port())
            .setURI(uri)
            .setConnectTimeout(CONNECTION_MILLIS);
    parts
        .http()
        .request(options)
        .onComplete(
            connected -> {
              if (lease != granted) {
                if (connected.succeeded()) {
                  connected.result().reset();
                }
              } else if (connected.failed()) {
                parts.backends().unconnected(granted, connected.cause()); // nothing was sent
                again(granted);
              } else {
                sendOn(connected.result(), granted);
              }
            });
  }

  private void sendOn(HttpClientRequest to, Lease granted) {
    upstream = to;
    to.exceptionHandler(broken -> {}); // told through the response as well
    Headers.send(request, to, id, granted.backend().instance());
    to.response().onComplete(answer -> answered(to, granted, answer));
    forwardedAt = parts.nanoTime().getAsLong();
    deadline.set(
        TimeUnit.SECONDS.toMillis(endpoint.spec().requests().timeoutSeconds()),
        () -> timedOut(granted));
    body.sendTo(to);
  }

  private void timedOut(Lease granted) {
    parts.backends().failed(granted, Fault.TIMED_OUT);
    fail(Refusal.backendTimeout(endpoint.spec().requests().timeoutSeconds()));
  }

  private void answered(
      HttpClientRequest to, Lease granted, AsyncResult<HttpClientResponse> answer) {
    if (lease != granted || state != State.FORWARDING) {
      return;
    }
    deadline.clear();
    if (answer.failed()) {
      parts.backends().failed(granted, Fault.BROKE_OFF);
      if (endpoint.spec().requests().idempotent()) {
        again(granted);
      } else {
        fail(Refusal.backendBroke("the replica broke off before it answered"));
      }
      return;
    }
    HttpClientResponse from = answer.result();
    if (from.getHeader(Wire.UNEXECUTED) != null) {
      parts.backends().declined(granted);
      from.exceptionHandler(expected -> {});
      to.reset();
      again(granted);
      return;
    }
    parts.backends().answered(granted, from.statusCode());
    answer(from);
  }

  /** Nothing was executed, or it may be again: back to the gate, if the body can be sent again. */
  private void again(Lease failed) {
    body.detach();
    upstream = null;
    lease = null;
    if (!body.replayable() || attempts >= MOST_ATTEMPTS) {
      endpoint.gate().finish(failed, parts.nanoTime().getAsLong());
      fail(Refusal.notExecuted());
      return;
    }
    state = State.WAITING;
    follow(endpoint.gate().readmit(this, failed, parts.nanoTime().getAsLong()));
  }

  private void answer(HttpClientResponse from) {
    state = State.ANSWERING;
    long firstByte = parts.nanoTime().getAsLong();
    Headers.frame(request, from, response);
    if (waited) {
      String instance = lease == null ? "" : lease.backend().instance();
      ColdPath.record(
          endpoint, response, instance, new ColdPath.Waiting(queuedAt, forwardedAt, firstByte));
    }
    from.pipe()
        .endOnFailure(false)
        .to(response)
        .onComplete(
            piped -> {
              if (piped.failed() && state != State.OVER) {
                // A cut answer must look cut: the client sees a broken connection.
                response.reset();
                if (upstream != null) {
                  upstream.reset();
                }
              }
              over();
            });
  }

  private void fail(Refusal why) {
    if (state == State.OVER) {
      return;
    }
    endpoint.gate().cancel(this, parts.nanoTime().getAsLong());
    if (state == State.ANSWERING) {
      response.reset();
    } else {
      if (waited) {
        ColdPath.waited(endpoint, response, queuedAt, parts.nanoTime().getAsLong());
      }
      if (!request.isEnded()) {
        response.putHeader("Connection", "close");
      }
      endpoint.meters().refused(why.reason());
      Refusals.send(response, why, id);
    }
    abandon();
  }

  /** Over first, then the backend is told: its reset comes back to us at once. */
  private void abandon() {
    HttpClientRequest sent = upstream;
    over();
    if (sent != null) {
      sent.reset();
    }
  }

  private void over() {
    if (state == State.OVER) {
      return;
    }
    state = State.OVER;
    deadline.clear();
    body.close();
    endpoint.meters().answered(response.getStatusCode());
    if (lease != null) {
      endpoint.gate().finish(lease, parts.nanoTime().getAsLong());
      lease = null;
    }
    if (!request.isEnded() && !response.closed()) {
      request.resume(); // what is left of the body goes nowhere
    }
  }
}
