package dev.reveille.modelserver.http;

import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.hello.Hello;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.InFlight;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.measure.StartupReport;
import dev.reveille.modelserver.model.Loading;
import dev.reveille.modelserver.model.Model;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Answers every request. Event loops only read and write; parsing, running and writing JSON is done
 * on the workers. A request that was not begun is refused as unexecuted, so that it may go
 * elsewhere.
 */
public final class Server implements Handler<HttpServerRequest> {
  private static final int MOST_REQUEST_ID = 128;

  private final Vertx vertx;
  private final Config config;
  private final Hello hello;
  private final Metrics metrics;
  private final Answering answering;
  private final Call.Desk desk;
  private volatile Loading loading = new Loading.InProgress();
  private volatile boolean draining;

  public Server(Vertx vertx, Config config, Hello hello, Metrics metrics, JsonLog log) {
    this.vertx = vertx;
    this.config = config;
    this.hello = hello;
    this.metrics = metrics;
    this.answering = new Answering(vertx, metrics, new InFlight());
    this.desk =
        new Call.Desk(
            new Inference(config, metrics, log),
            new Workers(config.threads()),
            Budget.ofHeap(config.maxBodyBytes()),
            answering,
            config.maxBodyBytes());
  }

  public void loaded(Loading result) {
    loading = result;
    metrics.ready(result instanceof Loading.Loaded);
  }

  /** From now on nothing new is begun. */
  public void drain() {
    draining = true;
    metrics.ready(false);
  }

  public boolean isDraining() {
    return draining;
  }

  public StartupReport startup() {
    return loading instanceof Loading.Loaded(Model model)
        ? StartupReport.now(hello.timeline(), model.runtimeVersion(), model.fileBytes())
        : StartupReport.now(hello.timeline(), "", 0);
  }

  /** Gives the model's memory back; only when nothing is in flight and nothing more comes. */
  public void close() {
    draining = true;
    desk.workers().close();
    if (loading instanceof Loading.Loaded(Model model)) {
      model.close();
    }
  }

  public InFlight inFlight() {
    return answering.inFlight();
  }

  @Override
  public void handle(HttpServerRequest request) {
    String id = requestId(request);
    request.response().putHeader(Wire.INSTANCE, hello.instance()).putHeader(Wire.REQUEST_ID, id);
    String path = request.path() == null ? "" : request.path();
    Route route = Route.of(request.method().name(), path, config);
    String meant = request.getHeader(Wire.INSTANCE);
    if (meant != null && !meant.equals(hello.instance())) {
      refuse(request, route, id, Problem.otherInstance(meant));
      return;
    }
    switch (route) {
      case INFER, PREDICT -> infer(request, route, id);
      case SERVER -> answer(request, route, Metadata.server());
      case LIVE -> answer(request, route, Metadata.live());
      case READY -> answer(request, route, Metadata.ready(isReady()));
      case MODEL_READY -> answer(request, route, Metadata.modelReady(config, isReady()));
      case MODEL -> model(request, route, id);
      case METRICS -> answer(request, route, figures());
      case REPORT -> answer(request, route, report(request));
      case STARTUP -> answer(request, route, Metadata.startup(startup()));
      case UNKNOWN_MODEL -> refuse(request, route, id, Problem.otherModel(config));
      case WRONG_METHOD -> refuse(request, route, id, Problem.wrongMethod(request.method().name()));
      case UNKNOWN -> refuse(request, route, id, Problem.noSuchPath(path));
    }
  }

  private void infer(HttpServerRequest request, Route route, String id) {
    Loading now = loading;
    if (draining) {
      refuse(request, route, id, Problem.draining());
    } else if (now instanceof Loading.Loaded(Model model)) {
      new Call(desk, request, route, id, model, vertx.getOrCreateContext()).begin();
    } else {
      refuse(request, route, id, Problem.notLoaded(now));
    }
  }

  private void model(HttpServerRequest request, Route route, String id) {
    Loading now = loading;
    if (now instanceof Loading.Loaded(Model model)) {
      answer(request, route, Metadata.model(config, model));
    } else {
      refuse(request, route, id, Problem.notLoaded(now));
    }
  }

  private boolean isReady() {
    return loading instanceof Loading.Loaded && !draining;
  }

  private Answer figures() {
    return Metadata.figures(metrics, answering.inFlight()::count);
  }

  /** The hello, for who missed it. A server that shuts down is not one to send requests to. */
  private Answer report(HttpServerRequest request) {
    Loading state = draining ? new Loading.InProgress() : loading;
    return Answer.json(200, hello.document(state, request.connection().localAddress().port()));
  }

  private void refuse(HttpServerRequest request, Route route, String id, Problem problem) {
    answer(request, route, route == Route.PREDICT ? problem.asPrediction(id) : problem.asV2());
  }

  private void answer(HttpServerRequest request, Route route, Answer answer) {
    answering.send(request, route.path(), answer);
  }

  private static String requestId(HttpServerRequest request) {
    String given = request.getHeader(Wire.REQUEST_ID);
    return given != null && !given.isEmpty() && given.length() <= MOST_REQUEST_ID
        ? given
        : Long.toHexString(ThreadLocalRandom.current().nextLong());
  }
}
