package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An activator on a real socket: takes pool hellos and hellos with their keys, and hands out a
 * model.
 */
final class Activator implements AutoCloseable {
  static final String POOL_HELLO = "/internal/v1/pools/hello";
  static final String HELLO = "/internal/v1/hello";
  static final String POOL_KEY = "pool-key";
  static final String KEY = "endpoint-key";

  final BlockingQueue<String> poolHellos = new LinkedBlockingQueue<>();
  final BlockingQueue<String> hellos = new LinkedBlockingQueue<>();
  private final byte[] model;
  private final HttpServer http;

  Activator(byte[] model) throws IOException {
    this.model = model;
    this.http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    http.createContext(POOL_HELLO, exchange -> take(exchange, POOL_KEY, poolHellos));
    http.createContext(HELLO, exchange -> take(exchange, KEY, hellos));
    http.createContext("/internal/v1/models/m", this::handOut);
    http.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  private static boolean isAuthorized(HttpExchange exchange, String key) {
    return ("Bearer " + key).equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static void take(HttpExchange exchange, String key, BlockingQueue<String> said)
      throws IOException {
    said.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    exchange.sendResponseHeaders(isAuthorized(exchange, key) ? 204 : 401, -1);
    exchange.close();
  }

  private void handOut(HttpExchange exchange) throws IOException {
    boolean known =
        isAuthorized(exchange, KEY)
            && "u1".equals(exchange.getRequestHeaders().getFirst(Wire.ENDPOINT))
            && "bridge-r".equals(exchange.getRequestHeaders().getFirst(Wire.REVISION));
    exchange.sendResponseHeaders(known ? 200 : 401, known ? model.length : -1);
    if (known) {
      exchange.getResponseBody().write(model);
    }
    exchange.close();
  }

  static String next(BlockingQueue<String> said) throws InterruptedException {
    String one = said.poll(20, TimeUnit.SECONDS);
    return one == null ? "nothing was said within 20 s" : one;
  }

  static String field(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(json);
    if (!matcher.find()) {
      throw new AssertionError("no " + name + " in " + json);
    }
    return matcher.group(1);
  }

  /** The claim that this activator makes for the endpoint {@code uid}. */
  String claim(String uid) {
    return """
        {"uid": "%s", "revision": "bridge-r", "modelId": "m", "key": "%s", "modelUrl": "%s", "helloUrl": "%s",
         "digest": "", "modelName": "added", "modelVersion": "7", "threads": 0, "maxBodyBytes": 1000}"""
        .formatted(uid, KEY, url("/internal/v1/models/m"), url(HELLO));
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
