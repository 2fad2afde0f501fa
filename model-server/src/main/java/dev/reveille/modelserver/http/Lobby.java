package dev.reveille.modelserver.http;

import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.measure.InFlight;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.measure.Metrics.Path;
import dev.reveille.modelserver.measure.StartupReport;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.pool.Claim;
import dev.reveille.modelserver.pool.ClaimDesk;
import dev.reveille.modelserver.pool.ClaimDesk.Decision;
import dev.reveille.modelserver.pool.PoolHello;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers for a pool's pod: health and claims while it is nobody's; once it is claimed, claims
 * alone, and the endpoint's server the rest.
 */
public final class Lobby implements Handler<HttpServerRequest> {
  private static final int MOST_CLAIM_BYTES = 65536;
  private static final String BEARER = "Bearer ";

  private final ClaimDesk desk;
  private final PoolHello hello;
  private final Metrics metrics;
  private final Timeline timeline;
  private final Function<Claim, Handler<HttpServerRequest>> tenancy;
  private final Answering answering;
  private volatile @Nullable Handler<HttpServerRequest> tenant;

  /** {@code tenancy} makes, without blocking, the server of the endpoint whose claim was taken. */
  public Lobby(
      Vertx vertx,
      ClaimDesk desk,
      PoolHello hello,
      Metrics metrics,
      Timeline timeline,
      Function<Claim, Handler<HttpServerRequest>> tenancy) {
    this.desk = desk;
    this.hello = hello;
    this.metrics = metrics;
    this.timeline = timeline;
    this.tenancy = tenancy;
    this.answering = new Answering(vertx, metrics, new InFlight());
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path() == null ? "" : request.path();
    Handler<HttpServerRequest> server = tenant;
    if (path.equals(Wire.CLAIM_PATH)) {
      request.response().putHeader(Wire.INSTANCE, hello.instance());
      claim(request);
    } else if (server != null) {
      server.handle(request);
    } else {
      request.response().putHeader(Wire.INSTANCE, hello.instance());
      lobby(request, path);
    }
  }

  private void lobby(HttpServerRequest request, String path) {
    String meant = request.getHeader(Wire.INSTANCE);
    if (meant != null && !meant.equals(hello.instance())) {
      send(request, Path.OTHER, Problem.otherInstance(meant).asV2());
      return;
    }
    boolean read =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    switch (read ? path : "") {
      case "/v2/health/live" -> send(request, Path.HEALTH, Metadata.live());
      case Wire.READY_PATH -> send(request, Path.HEALTH, Metadata.ready(desk.isFree()));
      case "/metrics" -> send(request, Path.METRICS, Metadata.figures(metrics, () -> 0));
      case Wire.REPORT_PATH -> send(request, Path.HELLO, report(request));
      case Wire.STARTUP_PATH -> send(request, Path.METADATA, startup());
      default -> send(request, Path.OTHER, Problem.noEndpoint(desk.state()).asV2());
    }
  }

  private Answer report(HttpServerRequest request) {
    int port = request.connection().localAddress().port();
    return Answer.json(200, hello.report(desk.state(), port));
  }

  private Answer startup() {
    return Metadata.startup(StartupReport.now(timeline, "", 0));
  }

  /** The key is looked at before the body: a stranger gets no further. */
  private void claim(HttpServerRequest request) {
    String meant = request.getHeader(Wire.INSTANCE);
    String key = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (!request.method().equals(HttpMethod.POST)) {
      refuse(request, Problem.wrongMethod(request.method().name()));
    } else if (!hello.instance().equals(meant)) {
      refuse(request, Problem.otherInstance(meant == null ? "without a name" : meant));
    } else if (key == null
        || !key.startsWith(BEARER)
        || !hello.isClaimKey(key.substring(BEARER.length()))) {
      refuse(request, Problem.wrongClaimKey());
    } else {
      Buffer body = Buffer.buffer();
      request.handler(
          chunk -> {
            if (body.length() <= MOST_CLAIM_BYTES) {
              body.appendBuffer(chunk);
            }
          });
      request.endHandler(
          end -> {
            if (body.length() > MOST_CLAIM_BYTES) {
              refuse(request, Problem.tooLarge(MOST_CLAIM_BYTES));
            } else {
              decide(request, body.getBytes());
            }
          });
    }
  }

  private void decide(HttpServerRequest request, byte[] body) {
    try {
      Claim claim = Claim.parse(body);
      String uid = claim.identity().endpointUid();
      switch (desk.decide(uid, claim.identity().modelId())) {
        case Decision.Taken taken -> {
          tenant = tenancy.apply(claim);
          send(request, Path.CLAIM, owner(200, uid));
        }
        case Decision.Kept kept -> send(request, Path.CLAIM, owner(200, uid));
        case Decision.Others(String owner) -> send(request, Path.CLAIM, owner(409, owner));
        case Decision.Closed(String why) -> refuse(request, Problem.claimGone(why));
      }
    } catch (Claim.Bad e) {
      refuse(request, Problem.badRequest(String.valueOf(e.getMessage())));
    }
  }

  private static Answer owner(int status, String uid) {
    return Answer.json(status, Json.object(json -> json.writeStringField("uid", uid)));
  }

  private void refuse(HttpServerRequest request, Problem problem) {
    send(request, Path.CLAIM, problem.asV2());
  }

  private void send(HttpServerRequest request, Path path, Answer answer) {
    answering.send(request, path, answer);
  }
}
