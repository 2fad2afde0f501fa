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
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers and bodies that go on for long, or end before their time. */
class StreamsTest {
  private static final Buffer CHUNK = Buffer.buffer(new byte[64 << 10]);

  private Running running;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, http1", "HTTP_1_1, h2c", "HTTP_2, http1", "HTTP_2, h2c"})
  void eventsPassWhenTheyAreSentAndTheBackendHearsWhenTheClientLeaves(
      HttpVersion client, String protocol) {
    AtomicReference<HttpServerResponse> events = new AtomicReference<>();
    AtomicBoolean left = new AtomicBoolean();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              request.response().closeHandler(gone -> left.set(true));
              request.response().putHeader("Content-Type", "text/event-stream").setChunked(true);
              request.response().writeHead().onSuccess(sent -> events.set(request.response()));
            })) {
      running.endpoint("sse", server.speaking(protocol));
      HttpClientRequest request =
          Caller.await(new Caller(running, client).open("sse.demo", HttpMethod.GET, "/"));
      Lines lines = new Lines(request.response());
      request.end();
      until("it waits", () -> running.queued("sse") == 1);
      running.pod("p", "uid-sse", "", "127.0.0.1");
      until("the head is there before any event", lines::headCame);
      for (int i = 0; i < 20; i++) {
        events.get().write("data: " + i + "\n\n");
        lines.await("data: " + i + "\n\n");
      }
      request.reset(8);
      until("the backend hears it", left::get);
      until("its place is free", () -> running.inFlight("sse") == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void aStreamThatTheBackendCutsLooksCut(HttpVersion client) {
    AtomicReference<HttpServerRequest> streaming = new AtomicReference<>();
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              request.response().setChunked(true).write("begun");
              streaming.set(request);
            })) {
      running.endpoint("cut", server.speaking("http1"));
      running.pod("p", "uid-cut", "", "127.0.0.1");
      HttpClientRequest request =
          Caller.await(new Caller(running, client).open("cut.demo", HttpMethod.GET, "/"));
      Lines lines = new Lines(request.response());
      request.end();
      lines.await("begun");
      streaming.get().connection().close();
      until("the client sees it broken", lines::broken);
      until("its place is free", () -> running.inFlight("cut") == 0);
      assertEquals(1, server.executed.get(), "not repeated");
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, http1", "HTTP_2, h2c"})
  void aClientThatDoesNotReadHoldsTheBackend(HttpVersion client, String protocol) {
    AtomicLong written = new AtomicLong();
    AtomicBoolean held = new AtomicBoolean();
    long whole = 256L << 20;
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> pour(request.response().setChunked(true), written, held, whole))) {
      running.endpoint("big", server.speaking(protocol));
      running.pod("p", "uid-big", "", "127.0.0.1");
      HttpClientResponse answer = Caller.await(new Caller(running, client).head("big.demo", "/"));
      until("the backend is held", held::get);
      assertTrue(written.get() < 64 << 20, written + " bytes were taken from the backend");
      AtomicLong read = new AtomicLong();
      AtomicBoolean ended = new AtomicBoolean();
      answer.handler(chunk -> read.addAndGet(chunk.length()));
      answer.endHandler(end -> ended.set(true));
      answer.resume();
      until("all came", ended::get);
      assertEquals(whole, read.get());
    }
  }

  private static void pour(
      HttpServerResponse to, AtomicLong written, AtomicBoolean held, long whole) {
    while (written.get() < whole && !to.writeQueueFull()) {
      to.write(CHUNK);
      written.addAndGet(CHUNK.length());
    }
    if (written.get() < whole) {
      held.set(true);
      to.drainHandler(drained -> pour(to, written, held, whole));
    } else {
      to.drainHandler(null).end();
    }
  }

  @Test
  void aBodyThatIsRefusedHalfWayIsAnsweredAndItsConnectionCloses() throws Exception {
    try (OwnServer server = new OwnServer(running.vertx, hangs -> {})) {
      running.endpoint(
          "tiny",
          server.speaking("http1", new RequestsSpec(60, "1Ki", true), ActivationSpec.DEFAULTS));
      try (Socket socket = new Socket("127.0.0.1", running.activator.dataPort())) {
        socket.setSoTimeout(20_000);
        socket
            .getOutputStream()
            .write(
                ("POST / HTTP/1.1\r\nHost: tiny.demo\r\nContent-Length: 1000000\r\n\r\n"
                        + "x".repeat(10_000))
                    .getBytes(StandardCharsets.US_ASCII));
        String all = new String(readToEnd(socket), StandardCharsets.US_ASCII);
        assertTrue(all.startsWith("HTTP/1.1 413 "), all);
        assertTrue(all.contains("BodyTooLarge"), all);
        assertTrue(all.toLowerCase(java.util.Locale.ROOT).contains("connection: close"), all);
      }
    }
  }

  private static byte[] readToEnd(Socket socket) throws IOException {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      throw new AssertionError("the answer may have been lost", reset);
    }
  }

  @Test
  void aSmallBodyThatIsRefusedCostsNoConnection() throws Exception {
    try (OwnServer server = new OwnServer(running.vertx, hangs -> {})) {
      running.endpoint("full", server.speaking("http1").with(new ActivationSpec(60, 0, "64Mi")));
      Caller caller = new Caller(running, HttpVersion.HTTP_1_1);
      for (int i = 0; i < 3; i++) {
        Caller.Got got =
            Caller.await(caller.send("full.demo", HttpMethod.POST, "/", Buffer.buffer("small")));
        assertEquals(429, got.status());
        assertEquals(null, got.headers().get("Connection"));
      }
    }
  }

  @Test
  void anEarlyAnswerLeavesNothingBehindForTheNextRequest() {
    try (OwnServer server =
        new OwnServer(
            running.vertx,
            request -> {
              if (request.uri().equals("/early")) {
                request.response().setStatusCode(401).end("early");
              } else {
                request.body().onSuccess(body -> request.response().end(body));
              }
            })) {
      running.endpoint("own", server.speaking("http1"));
      running.pod("p", "uid-own", "", "127.0.0.1");
      for (int i = 0; i < 10; i++) {
        HttpClientRequest request =
            Caller.await(
                new Caller(running, HttpVersion.HTTP_1_1)
                    .open("own.demo", HttpMethod.POST, "/early"));
        Future<HttpClientResponse> answer = request.response();
        request.setChunked(true).write("part of a body");
        assertEquals(401, Caller.await(answer).statusCode());
        Buffer body = Buffer.buffer("next " + i);
        Caller.Got next =
            Caller.await(
                new Caller(running, HttpVersion.HTTP_1_1)
                    .send("own.demo", HttpMethod.POST, "/", body));
        assertEquals("next " + i, next.body().toString());
      }
      until("their places are free", () -> running.inFlight("own") == 0);
    }
  }

  @Test
  void aClientThatAsksToUpgradeToHttp2IsServedInHttp1() throws Exception {
    try (OwnServer server =
            new OwnServer(
                running.vertx,
                request -> request.body().onSuccess(body -> request.response().end(body)));
        HttpClient http = HttpClient.newHttpClient()) {
      running.endpoint(
          "own",
          server.speaking("http1", new RequestsSpec(60, "2Mi", true), ActivationSpec.DEFAULTS));
      var asleep =
          http.sendAsync(
              HttpRequest.newBuilder(running.uri("own", "/"))
                  .POST(BodyPublishers.ofString("x".repeat(1_500_000)))
                  .build(),
              BodyHandlers.ofString());
      until("it waits", () -> running.queued("own") == 1);
      running.pod("p", "uid-own", "", "127.0.0.1");
      HttpResponse<String> answer = asleep.join();
      assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
      assertEquals(1_500_000, answer.body().length());
      byte[] much = new byte[8 << 20];
      try (HttpClient other = HttpClient.newHttpClient()) {
        HttpResponse<String> refused =
            other.send(
                HttpRequest.newBuilder(running.uri("own", "/"))
                    .POST(
                        BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(much)))
                    .build(),
                BodyHandlers.ofString());
        assertEquals(413, refused.statusCode());
      }
    }
  }

  /** Of a replica whose first request it is, which never had to wait. */
  @Test
  void aRequestThatRunsIsCountedBeforeItIsAnswered() {
    AtomicReference<HttpServerRequest> asked = new AtomicReference<>();
    try (OwnServer server = new OwnServer(running.vertx, asked::set)) {
      running.endpoint("own", server.speaking("http1"));
      running.pod("p", "uid-own", "", "127.0.0.1");
      until(
          "it can serve",
          () ->
              running
                      .activator
                      .endpoints()
                      .named("demo", "own")
                      .gate()
                      .census(System.nanoTime())
                      .backends()
                  == 1);
      var call = running.call("own", "x");
      until("it runs", () -> asked.get() != null);
      assertEquals(
          1,
          running.figure(
              "reveille_in_flight{endpoint=\"own\",namespace=\"demo\",version=\"stable\"}"));
      running.vertx.runOnContext(go -> asked.get().response().end("ok"));
      assertEquals("ok", call.join().body());
    }
  }
}
