package dev.reveille.activator.backend;

import dev.reveille.crds.ContainerSpec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/**
 * The question whether a server that is not ours can serve: a GET that is answered with 2xx, or
 * gRPC's health check (grpc.health.v1, of the whole server) that says SERVING.
 */
final class Readiness {
  private static final long TIMEOUT_MILLIS = 1000;

  /** A message of no bytes, uncompressed: flag and length (gRPC over HTTP/2). */
  private static final byte[] EMPTY_MESSAGE = {0, 0, 0, 0, 0};

  /** A HealthCheckResponse {status: SERVING} as such a message. */
  private static final Buffer SERVING = Buffer.buffer(new byte[] {0, 0, 0, 0, 2, 8, 1});

  private Readiness() {}

  /** Fails when it cannot serve. */
  static Future<Void> ask(Upstream upstream, ContainerSpec container, String host) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(container.answersGrpcHealth() ? HttpMethod.POST : HttpMethod.GET)
            .setHost(host)
            .setPort(container.port())
            .setURI(container.readinessPath())
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setTimeout(TIMEOUT_MILLIS);
    return upstream
        .speaking(container.speaksHttp2())
        .request(options)
        .compose(request -> container.answersGrpcHealth() ? health(request) : get(request));
  }

  private static Future<Void> get(HttpClientRequest request) {
    return request
        .send()
        .compose(
            answer ->
                answer.statusCode() / 100 == 2
                    ? answer.end()
                    : Future.failedFuture("answered " + answer.statusCode()));
  }

  private static Future<Void> health(HttpClientRequest request) {
    request.putHeader("Content-Type", "application/grpc").putHeader("TE", "trailers");
    return request
        .send(Buffer.buffer(EMPTY_MESSAGE))
        .compose(HttpClientResponse::body)
        .compose(
            message ->
                message.equals(SERVING)
                    ? Future.succeededFuture()
                    : Future.failedFuture("does not say SERVING"));
  }
}
