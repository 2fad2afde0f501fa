package dev.reveille.operator.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** /healthz, /readyz and /metrics. */
public final class Management implements AutoCloseable {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().name("http-", 0).daemon().factory());
  private volatile boolean ready;

  public Management(int port, PrometheusMeterRegistry meters) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(threads);
    server.createContext("/healthz", exchange -> answer(exchange, OK, "ok\n"));
    server.createContext("/readyz", this::readiness);
    server.createContext("/metrics", exchange -> answer(exchange, OK, meters.scrape()));
    server.start();
  }

  /** The watches run. */
  public void ready() {
    ready = true;
  }

  /** The port it listens on, for who asked for any. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void readiness(HttpExchange exchange) throws IOException {
    answer(exchange, ready ? OK : UNAVAILABLE, ready ? "ok\n" : "starting\n");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    ready = false;
    server.stop(0);
    threads.shutdownNow();
  }
}
