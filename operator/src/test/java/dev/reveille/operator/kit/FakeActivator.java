package dev.reveille.operator.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An activator's internal listener on loopback that says what it is told to say. */
public final class FakeActivator implements AutoCloseable {
  private static final Pattern FENCE_ID = Pattern.compile("\"id\":\"([^\"]+)\"");
  private static final Pattern LIFTED_ID = Pattern.compile("\\?fence=([^&]+)&?");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> fenceIds = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Supplier<String> load = () -> "{\"activator\": \"a\", \"endpoints\": []}";
  private final Queue<String> fences = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;
  private volatile Silence silence = Silence.NONE;

  private enum Silence {
    NONE,
    /** No answer at all. */
    ANSWER,
    /** The head of an answer, and no body. */
    BODY
  }

  public FakeActivator() {
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public FakeActivator load(String json) {
    return load(() -> json);
  }

  public FakeActivator load(Supplier<String> json) {
    load = json;
    return this;
  }

  /** What it answers to the next fence; the last of these to all further ones. */
  public FakeActivator fence(int inFlight, int queued) {
    return fence("{\"inFlight\": %d, \"queued\": %d}".formatted(inFlight, queued));
  }

  /** The same, word for word. */
  public FakeActivator fence(String json) {
    fences.add(json);
    return this;
  }

  private String nextFence() {
    String next = fences.size() > 1 ? fences.poll() : fences.peek();
    return next == null ? "{\"inFlight\": 0, \"queued\": 0}" : next;
  }

  public FakeActivator status(int code) {
    status = code;
    return this;
  }

  public FakeActivator silent() {
    silence = Silence.ANSWER;
    return this;
  }

  public FakeActivator stuckInTheBody() {
    silence = Silence.BODY;
    return this;
  }

  /** Ids of fences, as they were put up and lifted. */
  public List<String> fenceIds() {
    return List.copyOf(fenceIds);
  }

  /** Requests so far, such as {@code PUT /internal/v1/fences/u1}; a fence's id left out. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  public long heard(String request) {
    return heard.stream().filter(request::equals).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    heard.add(method + " " + withoutId(exchange.getRequestURI().toString()));
    if (method.equals("PUT")) {
      Matcher asked = FENCE_ID.matcher(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      fenceIds.add(asked.find() ? asked.group(1) : "none");
    }
    if (silence == Silence.ANSWER) {
      await();
    }
    if (method.equals("DELETE")) {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
      return;
    }
    byte[] body = (method.equals("PUT") ? nextFence() : load.get()).getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    if (silence == Silence.BODY) {
      await();
    }
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String withoutId(String uri) {
    Matcher named = LIFTED_ID.matcher(uri);
    if (!named.find()) {
      return uri;
    }
    fenceIds.add(named.group(1));
    return named.replaceFirst("?").replaceFirst("\\?$", "");
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
