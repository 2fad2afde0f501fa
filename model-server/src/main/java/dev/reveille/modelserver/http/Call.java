package dev.reveille.modelserver.http;

import dev.reveille.modelserver.model.Model;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.RejectedExecutionException;

/**
 * One inference, from its first byte to the last of its answer: COLLECTING its body, then RUNNING
 * on a worker, then OVER. Everything but the run itself happens on the request's event loop.
 */
final class Call {
  private enum State {
    COLLECTING,
    RUNNING,
    OVER
  }

  /** What all calls share. */
  record Desk(
      Inference inference, Workers workers, Budget budget, Answering answering, int mostBytes) {}

  private final Desk desk;
  private final HttpServerRequest request;
  private final Route route;
  private final String id;
  private final Model model;
  private final Context context;
  private Buffer body = Buffer.buffer();
  private State state = State.COLLECTING;
  private long taken;
  private volatile boolean left;

  Call(Desk desk, HttpServerRequest request, Route route, String id, Model model, Context context) {
    this.desk = desk;
    this.request = request;
    this.route = route;
    this.id = id;
    this.model = model;
    this.context = context;
  }

  void begin() {
    desk.answering().inFlight().begin();
    if (declaredLength() > desk.mostBytes()) {
      refuse(Problem.tooLarge(desk.mostBytes()));
      return;
    }
    request.handler(this::collect);
    request.endHandler(end -> run());
    request.exceptionHandler(broken -> leave());
    request.response().closeHandler(closed -> leave());
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
  }

  private long declaredLength() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void collect(Buffer chunk) {
    if (state != State.COLLECTING) {
      return;
    }
    if (body.length() + chunk.length() > desk.mostBytes()) {
      refuse(Problem.tooLarge(desk.mostBytes()));
    } else if (!desk.budget().take(chunk.length())) {
      refuse(Problem.noRoom());
    } else {
      taken += chunk.length();
      body.appendBuffer(chunk);
    }
  }

  private void run() {
    if (state != State.COLLECTING) {
      return;
    }
    state = State.RUNNING;
    byte[] bytes = body.getBytes();
    body = Buffer.buffer();
    try {
      desk.workers()
          .execute(
              () -> {
                if (left) {
                  context.runOnContext(back -> over());
                } else {
                  Answer answer = desk.inference().answer(route, model, bytes, id);
                  context.runOnContext(back -> answer(answer));
                }
              });
    } catch (RejectedExecutionException e) {
      refuse(Problem.full());
    }
  }

  private void refuse(Problem problem) {
    answer(route == Route.PREDICT ? problem.asPrediction(id) : problem.asV2());
  }

  /** In flight until the last byte is out: a drain must not cut it off. */
  private void answer(Answer answer) {
    state = State.RUNNING;
    desk.answering().send(request, route.path(), answer).onComplete(sent -> over());
  }

  /** The client left; a run under way ends by itself. */
  private void leave() {
    left = true;
    if (state == State.COLLECTING) {
      over();
    }
  }

  private void over() {
    if (state != State.OVER) {
      state = State.OVER;
      desk.budget().give(taken);
      desk.answering().inFlight().end();
    }
  }
}
