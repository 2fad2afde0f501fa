package dev.reveille.modelserver;

import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A real model server on a loopback port, and a client for it. */
final class Running implements AutoCloseable {
  private static final Path MODELS =
      Path.of(System.getProperty("reveille.root", ".."), "model-server/src/test/models");

  final ModelServer server;
  final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final HttpClient client = HttpClient.newHttpClient();

  private Running(Map<String, String> env) throws Exception {
    Map<String, String> all = new HashMap<>(env);
    all.put(Wire.PORT_ENV, "0");
    server =
        ModelServer.start(
            Config.parse(all, 2),
            "instance-1",
            new Timeline(System.nanoTime()),
            new JsonLog(new PrintStream(log, true)));
  }

  static Running with(Map<String, String> env) throws Exception {
    return new Running(env);
  }

  static Running serving(String model) throws Exception {
    return with(Map.of(Wire.MODEL_PATH_ENV, file(model).toString())).settled();
  }

  static Path file(String model) {
    return MODELS.resolve(model + ".onnx").toAbsolutePath();
  }

  /** Returns once the model is loaded or has failed: the report says so. */
  Running settled() throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (get(Wire.REPORT_PATH).body().contains("\"starting\"")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the model was neither loaded nor refused: " + log);
      }
      Thread.onSpinWait();
    }
    return this;
  }

  HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  /** Returns once so many requests are begun and not answered. */
  void awaitInFlight(int count) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!get("/metrics").body().contains("reveille_model_in_flight " + count + "\n")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not " + count + " requests in flight: " + get("/metrics").body());
      }
      Thread.onSpinWait();
    }
  }

  void awaitLog(String part) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!log.toString(StandardCharsets.UTF_8).contains(part)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no '" + part + "' in the log: " + log);
      }
      Thread.onSpinWait();
    }
  }

  void drain() {
    try {
      server.drain();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
