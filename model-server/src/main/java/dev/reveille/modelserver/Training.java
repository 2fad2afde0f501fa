package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.modelserver.fetch.PlainHttp;
import dev.reveille.modelserver.fetch.Retry;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs the start as production does, once, for the recording of an AOT cache in the image build:
 * the model comes from a depot, the hello goes to an activator (both stood in for here), and a
 * request of each kind is answered.
 */
final class Training {
  private static final int MOST_TRIES = 20;
  private static final int LONGEST_SECONDS = 60;
  private static final String INFER =
      "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.5,2]}]}";
  private static final String PREDICT = "{\"data\":[1.5,2]}";

  private Training() {}

  /** {@code model} is a path, or "true": where the environment says. The model adds one to x. */
  static void run(String model, Timeline timeline, JsonLog log)
      throws Config.BadConfig, IOException {
    Path path = Path.of(model.equals("true") ? System.getenv(Wire.MODEL_PATH_ENV) : model);
    CountDownLatch greeted = new CountDownLatch(1);
    try (ServerSocket activator = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread standIn = new Thread(() -> standIn(activator, path, greeted), "activator");
      standIn.setDaemon(true);
      standIn.start();
      String base = "http://127.0.0.1:" + activator.getLocalPort();
      Map<String, String> env =
          Map.of(Wire.MODEL_URL_ENV, base + "/model", Wire.HELLO_URL_ENV, base, Wire.PORT_ENV, "0");
      Config config = Config.parse(env, Runtime.getRuntime().availableProcessors());
      ModelServer server = ModelServer.start(config, Main.newInstance(), timeline, log);
      if (!greeted.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no hello within " + LONGEST_SECONDS + " s");
      }
      exercise("http://127.0.0.1:" + server.port(), config);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while training", e);
    }
  }

  /** Hands out the model to a GET, takes a hello by POST. */
  private static void standIn(ServerSocket activator, Path model, CountDownLatch greeted) {
    try {
      while (greeted.getCount() > 0) {
        try (Socket socket = activator.accept()) {
          InputStream in = socket.getInputStream();
          boolean hello = in.read() == 'P';
          byte[] body = hello ? new byte[0] : Files.readAllBytes(model);
          String head =
              hello
                  ? "HTTP/1.1 204 No Content\r\n\r\n"
                  : "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
          socket.getOutputStream().write(head.getBytes(ISO_8859_1));
          socket.getOutputStream().write(body);
          socket.shutdownOutput();
          in.readAllBytes();
          if (hello) {
            greeted.countDown();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void exercise(String base, Config config) throws IOException {
    Retry retry = new Retry(MOST_TRIES);
    while (ask(base + Wire.READY_PATH, "") != 200 && retry.again()) {}
    int infered = ask(base + "/v2/models/" + config.modelName() + "/infer", INFER);
    int predicted = ask(base + "/predict", PREDICT);
    if (infered != 200 || predicted != 200) {
      throw new IOException("training requests answered " + infered + " and " + predicted);
    }
  }

  private static int ask(String url, String body) throws IOException {
    try (PlainHttp answer = PlainHttp.send(URI.create(url), Map.of(), body.getBytes(UTF_8))) {
      answer.text(4096);
      return answer.status();
    }
  }
}
