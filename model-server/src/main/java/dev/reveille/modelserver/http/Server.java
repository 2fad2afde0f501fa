package dev.reveille.modelserver.http;

import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.hello.Hello;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.model.Loading;
import dev.reveille.modelserver.model.Model;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Answers every request. Event loops only read and write; parsing, running and writing JSON is done
 * on the workers. A request that was not begun is refused as unexecuted, so that it may go
 * elsewhere.
 */
public final class Server implements Handler<HttpServerRequest> {
  private final Vertx vertx;
  private final Config config;
  private final String instance;
  private final Workers workers;
  private final Metrics metrics;
  private final JsonLog log;
  private final Hello hello;
  private final Inference inference;
  private volatile Loading loading = new Loading.InProgress();
  private volatile boolean draining;

  public Server(Vertx vertx, Config config, Hello hello, Metrics metrics, JsonLog log) {
    this.vertx = vertx;
    this.config = config;
    this.hello = hello;
    this.instance = hello.instance();
    this.metrics = metrics;
    this.log = log;
    this.workers = new Workers(config.threads());
    this.inference = new Inference(config.modelName(), config.modelVersion());
  }

  public void loaded(Loading result) {
    loading = result;
  }

  /** From now on nothing new is begun. */
  public void drain() {
    draining = true;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String id = requestId(request);
    HttpServerResponse response = request.response();
    response.putHeader(Wire.INSTANCE, instance).putHeader(Wire.REQUEST_ID, id);
    String meant = request.getHeader(Wire.INSTANCE);
    if (meant != null && !meant.equals(instance)) {
      send(response, unexecuted(421, "this is not the instance " + meant));
      return;
    }
    String path = request.path() == null ? "" : request.path();
    Route route =
        Route.of(request.method().name(), path, config.modelName(), config.modelVersion());
    switch (route) {
      case INFER, PREDICT -> compute(request, route, id);
      case SERVER -> send(response, serverMetadata());
      case LIVE -> send(response, state(true));
      case READY, MODEL_READY ->
          send(response, state(loading instanceof Loading.Loaded && !draining));
      case MODEL -> send(response, modelMetadata());
      case METRICS ->
          send(
              response, new Answer(200, "text/plain; version=0.0.4", bytes(metrics.text()), false));
      case REPORT -> send(response, Answer.json(200, hello.document(current())));
      case UNKNOWN_MODEL ->
          send(
              response,
              Inference.error(
                  404,
                  "this server serves the model '"
                      + config.modelName()
                      + "', version '"
                      + config.modelVersion()
                      + "'"));
      case WRONG_METHOD -> send(response, Inference.error(405, "this path takes another method"));
      case UNKNOWN -> send(response, Inference.error(404, "no such path: " + path));
    }
  }

  /** A server that is shutting down is not one to send requests to. */
  private Loading current() {
    return draining ? new Loading.InProgress() : loading;
  }

  private void compute(HttpServerRequest request, Route route, String id) {
    HttpServerResponse response = request.response();
    switch (loading) {
      case Loading.InProgress() ->
          send(response, unexecuted(503, "the model is being loaded; try again"));
      case Loading.Failed(String reason, String message) ->
          send(response, unexecuted(503, "the model cannot be served: " + reason + ": " + message));
      case Loading.Loaded(Model model) -> {
        if (draining) {
          response.putHeader("Connection", "close");
          send(response, unexecuted(503, "this replica is shutting down"));
        } else {
          metrics.begin();
          collect(request, route, id, model);
        }
      }
    }
  }

  private void collect(HttpServerRequest request, Route route, String id, Model model) {
    HttpServerResponse response = request.response();
    Body body = new Body(config.maxBodyBytes());
    request.handler(
        chunk -> {
          if (body.append(chunk) && !response.ended()) {
            response.putHeader("Connection", "close");
            finish(response, tooLarge(route, id));
          }
        });
    request.exceptionHandler(
        broken -> {
          if (body.close()) {
            metrics.end();
          }
        });
    request.endHandler(
        end -> {
          if (body.close()) {
            submit(request, id, () -> run(route, id, model, body.bytes()));
          }
        });
  }

  private Answer run(Route route, String id, Model model, byte[] body) {
    long began = System.nanoTime();
    Answer answer =
        route == Route.INFER ? inference.infer(model, body) : inference.predict(model, body, id);
    long took = System.nanoTime() - began;
    metrics.inferred(took);
    log.info(
        "request",
        "request_id",
        id,
        "route",
        route == Route.INFER ? "infer" : "predict",
        "status",
        answer.status(),
        "millis",
        took / 1e6);
    return answer;
  }

  private void submit(HttpServerRequest request, String id, Supplier<Answer> work) {
    Context context = vertx.getOrCreateContext();
    try {
      workers.execute(
          () -> {
            Answer answer = answerOf(work, id);
            context.runOnContext(back -> finish(request.response(), answer));
          });
    } catch (RejectedExecutionException e) {
      finish(request.response(), unexecuted(503, "too many requests wait for this replica"));
    }
  }

  /** A bug must cost one request, not the worker. */
  private Answer answerOf(Supplier<Answer> work, String id) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      log.warn("request failed", "request_id", id, "error", e.toString());
      return Inference.error(500, "the model failed: " + e.getMessage());
    }
  }

  private void finish(HttpServerResponse response, Answer answer) {
    metrics.end();
    send(response, answer);
  }

  private void send(HttpServerResponse response, Answer answer) {
    metrics.answered(answer.status());
    if (response.closed()) {
      return;
    }
    response.setStatusCode(answer.status()).putHeader("Content-Type", answer.contentType());
    if (answer.unexecuted()) {
      response.putHeader(Wire.UNEXECUTED, "true");
    }
    response.end(Buffer.buffer(answer.body()));
  }

  private Answer tooLarge(Route route, String id) {
    String message = "the body is larger than " + config.maxBodyBytes() + " bytes";
    return route == Route.INFER
        ? Inference.error(413, message)
        : Inference.predictError(413, message, id);
  }

  private Answer serverMetadata() {
    return Answer.json(
        200,
        Json.object(
            json -> {
              json.writeStringField("name", "reveille-model-server");
              json.writeStringField("version", "0.1.0");
              json.writeArrayFieldStart("extensions");
              json.writeEndArray();
            }));
  }

  private Answer modelMetadata() {
    return loading instanceof Loading.Loaded(Model model)
        ? inference.metadata(model)
        : unexecuted(503, "the model is not loaded");
  }

  private Answer state(boolean good) {
    return new Answer(
        good ? 200 : 503, Answer.JSON, bytes(good ? "{}" : "{\"ready\":false}"), false);
  }

  private static Answer unexecuted(int status, String message) {
    return new Answer(status, Answer.JSON, Inference.error(status, message).body(), true);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String requestId(HttpServerRequest request) {
    String given = request.getHeader(Wire.REQUEST_ID);
    return given != null && !given.isEmpty() && given.length() <= 128
        ? given
        : Long.toHexString(ThreadLocalRandom.current().nextLong());
  }
}
