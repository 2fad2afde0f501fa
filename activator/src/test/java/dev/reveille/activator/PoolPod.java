package dev.reveille.activator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A pod of a warm pool as the activator sees it: takes its first claim, then echoes. */
final class PoolPod implements AutoCloseable {
  final List<JsonObject> claims = new CopyOnWriteArrayList<>();
  private final String instance;
  private final HttpServer server;
  private volatile @Nullable String owner;
  final AtomicInteger lostAnswers = new AtomicInteger();

  PoolPod(Vertx vertx, String instance) {
    this.instance = instance;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> handle(request, body)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  int port() {
    return server.actualPort();
  }

  private void handle(HttpServerRequest request, io.vertx.core.buffer.Buffer body) {
    if (!request.path().equals(Wire.CLAIM_PATH)) {
      request.response().end(instance + " " + body);
      return;
    }
    JsonObject claim = body.toJsonObject();
    claims.add(claim);
    String uid = claim.getString("uid");
    owner = owner == null ? uid : owner;
    if (lostAnswers.getAndDecrement() > 0) {
      request.connection().close();
    } else {
      boolean known =
          ("Bearer secret-" + instance).equals(request.getHeader("Authorization"))
              && instance.equals(request.getHeader(Wire.INSTANCE));
      request.response().setStatusCode(!known ? 401 : uid.equals(owner) ? 200 : 409).end("{}");
    }
  }

  String hello(String state) {
    return """
    {"uid": "pool-uid", "namespace": "demo", "name": "small", "revision": "r1", "instance": "%s",
     "port": %d, "state": "%s", "claimKey": "secret-%s"}
    """
        .formatted(instance, port(), state, instance);
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
