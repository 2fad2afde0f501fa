package dev.reveille.activator;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.ContainerSpec;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.RequestsSpec;
import dev.reveille.crds.ScalingSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of a user's own, in HTTP/1.1 and HTTP/2; what it does is the test's. */
final class OwnServer implements AutoCloseable {
  private static final int MOST_RESETS = 1_000_000; // it puts up with all that a test gives up

  final AtomicInteger executed = new AtomicInteger();
  final AtomicInteger connections = new AtomicInteger();
  private final HttpServer server;

  OwnServer(Vertx vertx, Handler<HttpServerRequest> handler) {
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setHttp2RstFloodMaxRstFramePerWindow(MOST_RESETS))
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(
                request -> {
                  if (request.uri().equals("/ready")) {
                    request.response().end();
                  } else {
                    executed.incrementAndGet();
                    handler.handle(request);
                  }
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** An endpoint of it that speaks {@code protocol}. */
  InferenceEndpointSpec speaking(String protocol) {
    return speaking(protocol, RequestsSpec.DEFAULTS, ActivationSpec.DEFAULTS);
  }

  InferenceEndpointSpec speaking(
      String protocol, RequestsSpec requests, ActivationSpec activation) {
    return spec(container(protocol, "/ready")).with(requests).with(activation);
  }

  /** An endpoint of it that has gRPC's health service. */
  InferenceEndpointSpec checkedByGrpc() {
    return spec(container("h2c", "/grpc.health.v1.Health/Check"));
  }

  /** An endpoint of it that is never ready: nobody answers where it is asked. */
  InferenceEndpointSpec neverReady(ActivationSpec activation) {
    return spec(container("http1", "/never")).with(activation);
  }

  /** An endpoint of another server, at {@code port}. */
  static InferenceEndpointSpec at(int port) {
    return spec(container(port, "http1", "/ready"));
  }

  private ContainerSpec container(String protocol, String readinessPath) {
    return container(server.actualPort(), protocol, readinessPath);
  }

  private static ContainerSpec container(int port, String protocol, String readinessPath) {
    return Serialization.unmarshal(
        """
        image: own:1
        port: %d
        protocol: %s
        readinessPath: %s
        """
            .formatted(port, protocol, readinessPath),
        ContainerSpec.class);
  }

  private static InferenceEndpointSpec spec(ContainerSpec container) {
    return new InferenceEndpointSpec(
        null,
        null,
        container,
        ScalingSpec.DEFAULTS,
        ActivationSpec.DEFAULTS,
        RequestsSpec.DEFAULTS,
        3,
        null,
        false);
  }

  /** As much as the other side takes, {@code left} times. */
  static void pour(HttpServerRequest request, Buffer chunk, int left) {
    for (int i = left; i > 0; i--) {
      if (request.response().writeQueueFull()) {
        int rest = i;
        request.response().drainHandler(drained -> pour(request, chunk, rest));
        return;
      }
      request.response().write(chunk);
    }
    request.response().drainHandler(null).end();
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
