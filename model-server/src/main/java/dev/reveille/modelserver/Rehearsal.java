package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.modelserver.fetch.PlainHttp;
import dev.reveille.modelserver.fetch.Retry;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.pool.PoolHello;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A pool's pod, before it is free, plays its whole life with a tiny model: it claims itself over
 * loopback, fetches, loads, says hello and answers. What is slow the first time (classes, native
 * code, compilation) is then behind it when somebody waits.
 */
final class Rehearsal {
  private static final int CLAIMS = 3;
  private static final int REQUESTS_PER_CLAIM = 40;
  private static final int MOST_TRIES = 20;
  private static final int MOST_ANSWER_BYTES = 4096;
  private static final int PADDING = 1 << 20;

  /** The tag of field 6, of bytes. */
  private static final int DOC_STRING = (6 << 3) | 2;

  private static final String KEY = "rehearsal";
  private static final String MODEL = "/rehearsal.onnx";

  /** What its model, which adds one to x, is asked. */
  private static final String INFER =
      "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.5,2]}]}";

  private static final String PREDICT = "{\"data\":[1.5,2]}";

  private Rehearsal() {}

  /** Blocks until it is over; {@code threads} are those of one inference. */
  static void run(Vertx vertx, int threads) throws IOException {
    JsonLog unheard = new JsonLog(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    byte[] model = model();
    String digest = digest(model);
    try (StandIn activator = StandIn.open(model)) {
      PoolConfig config = config(activator, threads);
      for (int i = 0; i < CLAIMS; i++) {
        PoolHello hello = new PoolHello(config.pool(), KEY, KEY);
        Timeline timeline = new Timeline(System.nanoTime());
        PoolServer pod = PoolServer.open(config, hello, vertx, timeline, unheard);
        try {
          claim(pod, activator, digest);
          activator.awaitHello();
          exercise("http://" + Listener.LOOPBACK + ":" + pod.port(), KEY, REQUESTS_PER_CLAIM);
        } finally {
          pod.strike();
        }
      }
    }
  }

  private static PoolConfig config(StandIn activator, int threads) {
    return new PoolConfig(
        Listener.LOOPBACK,
        0,
        activator.url("/hello"),
        new PoolConfig.Pool(KEY, KEY, KEY, KEY, KEY),
        "",
        threads);
  }

  /** The model, made as long as real ones by a doc_string (field 6 of onnx.proto's ModelProto). */
  private static byte[] model() throws IOException {
    try (InputStream in = Rehearsal.class.getResourceAsStream(MODEL)) {
      if (in == null) {
        throw new IOException("the program has no " + MODEL);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * PADDING);
      in.transferTo(bytes);
      bytes.write(DOC_STRING);
      for (int left = PADDING; left > 0; left >>>= 7) {
        bytes.write(left > 0x7f ? (left & 0x7f) | 0x80 : left);
      }
      bytes.write(new byte[PADDING]);
      return bytes.toByteArray();
    }
  }

  private static String digest(byte[] bytes) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("a Java without SHA-256", e);
    }
  }

  private static void claim(PoolServer pod, StandIn activator, String digest) throws IOException {
    URI url = URI.create("http://" + Listener.LOOPBACK + ":" + pod.port() + Wire.CLAIM_PATH);
    String claim =
        "{\"uid\":\"u\",\"revision\":\"r\",\"modelId\":\"m\",\"key\":\"k\",\"modelUrl\":\""
            + activator.url("/model")
            + "\",\"helloUrl\":\""
            + activator.url("/hello")
            + "\",\"digest\":\""
            + digest
            + "\",\"modelName\":\"rehearsal\",\"modelVersion\":\"1\","
            + "\"threads\":0,\"maxBodyBytes\":65536}";
    Map<String, String> headers = Map.of("Authorization", "Bearer " + KEY, Wire.INSTANCE, KEY);
    expectOk(url, headers, claim);
  }

  /** Asks the server of a model that adds one to x so many times. */
  static void exercise(String base, String name, int times) throws IOException {
    URI ready = URI.create(base + Wire.READY_PATH);
    Retry retry = new Retry(MOST_TRIES);
    while (!isOk(ready) && retry.again()) {}
    URI infer = URI.create(base + "/v2/models/" + name + "/infer");
    URI predict = URI.create(base + "/predict");
    for (int i = 0; i < times; i++) {
      expectOk(infer, Map.of(), INFER);
      expectOk(predict, Map.of(), PREDICT);
    }
  }

  private static boolean isOk(URI url) throws IOException {
    try (PlainHttp answer = PlainHttp.send(url, Map.of(), new byte[0])) {
      return answer.status() == 200;
    }
  }

  private static void expectOk(URI url, Map<String, String> headers, String body)
      throws IOException {
    try (PlainHttp answer = PlainHttp.send(url, headers, body.getBytes(UTF_8))) {
      String text = answer.text(MOST_ANSWER_BYTES);
      if (answer.status() != 200) {
        throw new IOException(url.getPath() + " answered " + answer.status() + ": " + text);
      }
    }
  }
}
