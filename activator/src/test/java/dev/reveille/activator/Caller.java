package dev.reveille.activator;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of one version of HTTP, on one connection if that is HTTP/2. */
final class Caller {
  private final Running running;
  private final HttpClient client;

  /** An answer, all of it. */
  record Got(int status, MultiMap headers, Buffer body, MultiMap trailers) {}

  Caller(Running running, HttpVersion version) {
    this.running = running;
    this.client =
        running.vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(16 << 20),
            new PoolOptions().setHttp2MaxSize(1));
  }

  /** A request whose head is not written yet. */
  Future<HttpClientRequest> open(String host, HttpMethod method, String uri) {
    return client
        .request(
            new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(running.activator.dataPort())
                .setMethod(method)
                .setURI(uri))
        .map(
            request -> {
              request.exceptionHandler(toldByTheAnswer -> {});
              return request.authority(HostAndPort.create(host, -1));
            });
  }

  Future<Got> send(String host, HttpMethod method, String uri, @Nullable Buffer body) {
    return open(host, method, uri).compose(request -> finish(request, body));
  }

  /** Sends a request; who reads is there before it is sent, so that nothing is missed. */
  static Future<Got> finish(HttpClientRequest request, @Nullable Buffer body) {
    Future<Got> got = request.response().compose(Caller::read);
    if (body == null) {
      request.end();
    } else {
      request.end(body);
    }
    return got;
  }

  /** A GET's answer of which nothing is read yet. */
  Future<HttpClientResponse> head(String host, String uri) {
    return open(host, HttpMethod.GET, uri)
        .compose(
            request -> {
              Future<HttpClientResponse> held = request.response().map(HttpClientResponse::pause);
              request.end();
              return held;
            });
  }

  private static Future<Got> read(HttpClientResponse response) {
    return response
        .body()
        .map(body -> new Got(response.statusCode(), response.headers(), body, response.trailers()));
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
