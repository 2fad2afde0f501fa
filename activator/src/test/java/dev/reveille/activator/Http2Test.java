package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.ActivationSpec;
import dev.reveille.crds.RequestsSpec;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 in clear text, to clients and to backends. */
class Http2Test {
  private Running running;
  private Caller http2;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    http2 = new Caller(running, HttpVersion.HTTP_2);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private OwnServer echo() {
    return new OwnServer(running.vertx, Http2Test::echo);
  }

  private static void echo(HttpServerRequest request) {
    MultiMap seen = request.headers();
    String host =
        request.version() == HttpVersion.HTTP_2
            ? request.authority().toString()
            : request.getHeader("Host");
    request
        .response()
        .putHeader("Seen-Version", request.version().name())
        .putHeader("Seen-Host", host)
        .putHeader("Seen-Framing", seen.get("Transfer-Encoding") + "/" + seen.get("Content-Length"))
        .putHeader("Seen-Cookie", String.valueOf(seen.get("Cookie")))
        .putHeader("Seen-Forwarded", String.valueOf(seen.get("X-Forwarded-Host")));
    request.body().onSuccess(body -> request.response().end(body));
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, http1, HTTP_1_1",
    "HTTP_1_1, h2c,   HTTP_2",
    "HTTP_2,   http1, HTTP_1_1",
    "HTTP_2,   h2c,   HTTP_2",
  })
  void eachSpeaksItsOwnProtocolFromAsleep(HttpVersion client, String protocol, HttpVersion seen) {
    try (OwnServer server = echo()) {
      running.endpoint("own", server.speaking(protocol));
      Caller caller = new Caller(running, client);
      Future<Caller.Got> waiting =
          caller.send("own.demo", HttpMethod.POST, "/x?y=1", Buffer.buffer("first"));
      until("it waits", () -> running.queued("own") == 1);
      running.pod("p", "uid-own", "", "127.0.0.1");
      Caller.Got first = Caller.await(waiting);
      assertEquals(200, first.status());
      assertEquals("first", first.body().toString());
      assertEquals(seen.name(), first.headers().get("Seen-Version"));
      assertEquals("own.demo", first.headers().get("Seen-Host"));
      assertEquals("own.demo", first.headers().get("Seen-Forwarded"));
      assertTrue(first.headers().contains("X-Reveille-Cold-Start"));

      Caller.Got get = Caller.await(caller.send("own.demo", HttpMethod.GET, "/x", null));
      assertEquals("null/null", get.headers().get("Seen-Framing"), "a GET has no body");
      assertEquals("0", get.headers().get("Content-Length"));
    }
  }

  @Test
  void cookiesInPartsAreOneFieldInHttp1() {
    try (OwnServer server = echo()) {
      running.endpoint("own", server.speaking("http1"));
      running.pod("p", "uid-own", "", "127.0.0.1");
      Future<Caller.Got> got =
          http2
              .open("own.demo", HttpMethod.GET, "/")
              .compose(
                  request -> {
                    request.headers().add("cookie", "a=1").add("cookie", "b=2");
                    return Caller.finish(request, null);
                  });
      assertEquals("a=1; b=2", Caller.await(got).headers().get("Seen-Cookie"));
    }
  }

  @Test
  void twoHundredStreamsOfOneConnectionAreNotMixed() {
    try (OwnServer server = echo()) {
      running.endpoint("own", server.speaking("h2c"));
      List<Future<Caller.Got>> sent = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Buffer body = Buffer.buffer("body " + i);
        sent.add(http2.send("own.demo", HttpMethod.POST, "/", body));
      }
      until("all wait", () -> running.queued("own") == 200);
      running.pod("p", "uid-own", "", "127.0.0.1");
      for (int i = 0; i < 200; i++) {
        assertEquals("body " + i, Caller.await(sent.get(i)).body().toString());
      }
      assertEquals(200, server.executed.get());
      int before = server.connections.get();
      for (int i = 0; i < 50; i++) {
        Caller.await(http2.send("own.demo", HttpMethod.POST, "/", Buffer.buffer("x")));
      }
      assertEquals(before, server.connections.get(), "connections are used again");
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP_2, h2c", "HTTP_2, http1", "HTTP_1_1, h2c", "HTTP_1_1, http1"})
  void trailersOfAnAnswerPass(HttpVersion client, String protocol) {
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              request.response().setChunked(true).putTrailer("Checksum", "c0ffee");
              request.response().putTrailer("X-Reveille-Unexecuted", "true");
              request.response().write("body");
              request.response().end();
            })) {
      running.endpoint("own", server.speaking(protocol));
      running.pod("p", "uid-own", "", "127.0.0.1");
      Caller.Got got =
          Caller.await(new Caller(running, client).send("own.demo", HttpMethod.GET, "/", null));
      assertEquals("body", got.body().toString());
      assertEquals("c0ffee", got.trailers().get("Checksum"));
      assertNull(got.trailers().get("X-Reveille-Unexecuted"));
    }
  }

  @Test
  void aStreamThatIsNotReadHoldsNoNeighbourAndLittleMemory() {
    AtomicReference<HttpServerRequest> big = new AtomicReference<>();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              if (request.uri().equals("/big")) {
                big.set(request);
                request.response().setChunked(true);
                OwnServer.pour(request, Buffer.buffer(new byte[64 << 10]), 512);
              } else {
                echo(request);
              }
            })) {
      running.endpoint("own", server.speaking("h2c"));
      running.pod("p", "uid-own", "", "127.0.0.1");
      List<HttpClientResponse> unread = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        unread.add(Caller.await(http2.head("own.demo", "/big")));
      }
      for (int i = 0; i < 20; i++) {
        Caller.Got got =
            Caller.await(http2.send("own.demo", HttpMethod.POST, "/", Buffer.buffer("small")));
        assertEquals("small", got.body().toString());
      }
      assertTrue(big.get().response().bytesWritten() < 4 << 20, "the backend is held");
      long length = 0;
      for (HttpClientResponse each : unread) {
        Future<Buffer> whole = each.body();
        each.resume();
        length += Caller.await(whole).length();
      }
      assertEquals(4L * 512 * (64 << 10), length);
    }
  }

  @Test
  void aStreamGivenUpFreesTheBackendAndLeavesItsNeighbours() {
    AtomicBoolean given = new AtomicBoolean();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              if (request.uri().equals("/hang")) {
                request.response().exceptionHandler(reset -> given.set(true));
              } else {
                echo(request);
              }
            })) {
      running.endpoint("own", server.speaking("h2c"));
      running.pod("p", "uid-own", "", "127.0.0.1");
      HttpClientRequest request = Caller.await(http2.open("own.demo", HttpMethod.GET, "/hang"));
      request.response().onFailure(expected -> {});
      request.end();
      until("it runs", () -> server.executed.get() == 1);
      request.reset(8);
      until("the backend hears it", given::get);
      until("its place is free", () -> running.inFlight("own") == 0);
      assertEquals(
          "on",
          Caller.await(http2.send("own.demo", HttpMethod.POST, "/", Buffer.buffer("on")))
              .body()
              .toString());
      assertEquals(2, server.executed.get(), "not sent again");
    }
  }

  @Test
  void aStreamThatWasRefusedGoesAgainThoughItMayNotBeRepeated() {
    AtomicBoolean refused = new AtomicBoolean();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              if (refused.compareAndSet(false, true)) {
                request.response().reset(7);
              } else {
                echo(request);
              }
            })) {
      running.endpoint("own", once(server));
      running.pod("p", "uid-own", "", "127.0.0.1");
      Caller.Got got =
          Caller.await(http2.send("own.demo", HttpMethod.POST, "/", Buffer.buffer("again")));
      assertEquals("again", got.body().toString());
      assertEquals(2, server.executed.get());
    }
  }

  @Test
  void aStreamThatBreaksMayNotBeRepeated() {
    try (OwnServer server = new OwnServer(running.vertx, request -> request.response().reset(2))) {
      running.endpoint("own", once(server));
      running.pod("p", "uid-own", "", "127.0.0.1");
      Caller.Got got =
          Caller.await(http2.send("own.demo", HttpMethod.POST, "/", Buffer.buffer("x")));
      assertEquals(502, got.status());
      assertEquals(1, server.executed.get());
      assertEquals(1, running.activator.endpoints().named("demo", "own").gate().backends().size());
    }
  }

  private static dev.reveille.crds.InferenceEndpointSpec once(OwnServer server) {
    return server.speaking("h2c", new RequestsSpec(60, "8Mi", false), ActivationSpec.DEFAULTS);
  }

  @Test
  void anAnswerThatBreaksIsResetAndNotRepeated() {
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request ->
                request
                    .response()
                    .setChunked(true)
                    .write("half")
                    .onComplete(written -> request.connection().close()))) {
      running.endpoint("own", server.speaking("h2c"));
      running.pod("p", "uid-own", "", "127.0.0.1");
      Future<Caller.Got> got = http2.send("own.demo", HttpMethod.GET, "/", null);
      assertThrows(CompletionException.class, () -> Caller.await(got));
      assertEquals(1, server.executed.get());
    }
  }
}
