package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.RequestsSpec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gRPC needs of HTTP/2, and its own words where we answer ourselves. */
class GrpcProxyTest {
  private Running running;
  private Caller caller;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    caller = new Caller(running, HttpVersion.HTTP_2);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private HttpClientRequest call(String host) {
    HttpClientRequest request = Caller.await(caller.open(host, HttpMethod.POST, "/pkg.Svc/Do"));
    request.putHeader("Content-Type", "application/grpc").putHeader("TE", "trailers");
    return request.setChunked(true);
  }

  private Caller.Got unary(String host, Consumer<HttpClientRequest> change) {
    HttpClientRequest request = call(host);
    change.accept(request);
    return Caller.await(Caller.finish(request, Buffer.buffer("message")));
  }

  private static void expect(String status, String says, Caller.Got got) {
    assertEquals(200, got.status());
    assertEquals("application/grpc", got.headers().get("Content-Type"));
    assertEquals(status, got.headers().get("grpc-status"), () -> got.headers().toString());
    assertTrue(got.headers().get("grpc-message").contains(says), () -> got.headers().toString());
  }

  /** Answers each chunk with itself when it comes, and says OK after the last. */
  private static void converse(HttpServerRequest request) {
    request.response().putHeader("Content-Type", "application/grpc").setChunked(true);
    request.response().putHeader("Seen-TE", String.valueOf(request.getHeader("TE")));
    request.response().putHeader("Seen-Timeout", String.valueOf(request.getHeader("grpc-timeout")));
    request.handler(chunk -> request.response().write(chunk));
    request.endHandler(end -> request.response().putTrailer("grpc-status", "0").end());
  }

  @Test
  void refusalsAreStatuses() {
    ActivationSpec full = new ActivationSpec(60, 0, "64Mi");
    RequestsSpec small = new RequestsSpec(1, "1Ki", true);
    try (OwnServer server = new OwnServer(running.vertx, hangs -> {})) {
      running.endpoint("full", server.speaking("h2c", RequestsSpec.DEFAULTS, full));
      running.endpoint("old", server.speaking("http1"));
      running.endpoint("slow", server.speaking("h2c", small, ActivationSpec.DEFAULTS));
      running.endpoint("asleep", server.speaking("h2c"));
      expect("5", "UnknownEndpoint", unary("nobody.demo", request -> {}));
      Caller.Got refused = unary("full.demo", request -> {});
      expect("8", "QueueFull", refused);
      assertEquals("2000", refused.headers().get("grpc-retry-pushback-ms"));
      expect("12", "spec.container.protocol", unary("old.demo", request -> {}));
      expect("4", "100 ms", unary("asleep.demo", r -> r.putHeader("grpc-timeout", "100m")));
      expect("8", "BodyTooLarge", unary("slow.demo", r -> r.write(Buffer.buffer(new byte[2000]))));
      running.pod("p", "uid-slow", "", "127.0.0.1");
      expect("4", "BackendTimeout", unary("slow.demo", request -> {}));
    }
  }

  @Test
  void aConversationBeginsAsleepAndGoesBothWays() {
    try (OwnServer server = new OwnServer(running.vertx, GrpcProxyTest::converse)) {
      running.endpoint(
          "chat",
          server.speaking("h2c", new RequestsSpec(60, "1Ki", true), ActivationSpec.DEFAULTS));
      HttpClientRequest request = call("chat.demo").putHeader("grpc-timeout", "20S");
      Lines lines = new Lines(request.response());
      request.write("first");
      until("it waits", () -> running.queued("chat") == 1);
      running.pod("p", "uid-chat", "", "127.0.0.1");
      lines.await("first");
      assertEquals("trailers", lines.response().getHeader("Seen-TE"));
      String left = lines.response().getHeader("Seen-Timeout");
      assertTrue(left.endsWith("m") && left.length() == 6, left + ": less than 20 s, more than 10");
      for (int i = 0; i < 100; i++) {
        request.write("message " + i + " of fifty bytes or so, to go beyond a KiB");
        lines.await("message " + i + " of fifty bytes or so, to go beyond a KiB");
      }
      assertEquals(1, running.inFlight("chat"));
      request.end();
      until("it ends", lines::ended);
      assertEquals("0", lines.response().getTrailer("grpc-status"));
      until("its place is free", () -> running.inFlight("chat") == 0);
    }
  }

  @Test
  void anAnswerBeforeTheLastMessageEndsTheCall() {
    AtomicBoolean reset = new AtomicBoolean();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              request.exceptionHandler(given -> reset.set(true));
              request.response().putHeader("grpc-status", "7").end();
            })) {
      running.endpoint("early", server.speaking("h2c"));
      running.pod("p", "uid-early", "", "127.0.0.1");
      HttpClientRequest request = call("early.demo");
      Future<HttpClientResponse> answer = request.response();
      request.write("one of many");
      assertEquals("7", Caller.await(answer).getHeader("grpc-status"));
      until("the backend is rid of it", reset::get);
      until("its place is free", () -> running.inFlight("early") == 0);
      expectOk("early.demo");
    }
  }

  /** The connection serves on. */
  private void expectOk(String host) {
    assertEquals("7", unary(host, request -> {}).headers().get("grpc-status"));
  }

  @Test
  void aDeadlineOfTheClientReachesTheBackend() {
    AtomicReference<Throwable> heard = new AtomicReference<>();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              request.exceptionHandler(heard::set);
              converse(request);
            })) {
      running.endpoint("chat", server.speaking("h2c"));
      running.pod("p", "uid-chat", "", "127.0.0.1");
      HttpClientRequest request = call("chat.demo");
      Lines lines = new Lines(request.response());
      request.write("hello");
      lines.await("hello");
      request.reset(8);
      until("the backend hears it", () -> heard.get() != null);
      until("its place is free", () -> running.inFlight("chat") == 0);
    }
  }

  @Test
  void aBackendThatSaysServingIsWokenFor() {
    AtomicBoolean serving = new AtomicBoolean();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              if (request.uri().equals("/grpc.health.v1.Health/Check")) {
                Buffer says =
                    Buffer.buffer(new byte[] {0, 0, 0, 0, 2, 8, (byte) (serving.get() ? 1 : 2)});
                request.response().putHeader("Content-Type", "application/grpc");
                request.response().putTrailer("grpc-status", "0").end(says);
              } else {
                converse(request);
              }
            })) {
      running.endpoint("grpc", server.checkedByGrpc());
      running.pod("p", "uid-grpc", "", "127.0.0.1");
      Future<Caller.Got> got = Caller.finish(call("grpc.demo"), Buffer.buffer("message"));
      until("it was asked", () -> server.executed.get() > 2);
      assertEquals(1, running.queued("grpc"), "NOT_SERVING is not ready");
      serving.set(true);
      assertEquals("message", Caller.await(got).body().toString());
    }
  }
}
