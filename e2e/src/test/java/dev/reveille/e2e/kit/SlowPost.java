package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.e2e.kit.Wire.Reply;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A POST whose body's second half comes when the test says so: the request runs until then. */
public final class SlowPost implements AutoCloseable {
  /** A body that is larger than this is on its way to the server before all of it is here. */
  private static final String LARGE = " ".repeat(1 << 20);

  private final Wire wire;
  private final byte[] rest;

  /** Its head and the first half of its body are sent when this returns. */
  public SlowPost(Gateway gateway, Endpoint endpoint, String path, String json) {
    byte[] body = (json + LARGE).getBytes(UTF_8);
    byte[] all = Wire.post(endpoint.host(), endpoint.path(path), body);
    int cut = all.length - body.length / 2;
    rest = Arrays.copyOfRange(all, cut, all.length);
    wire = Wire.to(gateway.uri());
    wire.send(Arrays.copyOf(all, cut));
  }

  /** Returns once an activator counts it, and says what came back if it was answered instead. */
  public SlowPost awaitRunning(Sandbox sandbox, Endpoint endpoint) {
    Await.until(
        "the request runs",
        () -> {
          if (wire.isOver()) {
            Answer early = read();
            throw new AssertionError("answered " + early.status() + " early: " + early.body());
          }
          return Figures.running(sandbox, endpoint) > 0;
        });
    return this;
  }

  /** Sends the rest and reads the answer. */
  public Answer finish() {
    wire.send(rest);
    return read();
  }

  private Answer read() {
    Reply reply = wire.answer();
    Map<String, List<String>> headers = new HashMap<>();
    reply.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    return new Answer(
        reply.status(),
        HttpHeaders.of(headers, (name, value) -> true),
        new String(reply.body(), UTF_8),
        reply.millis());
  }

  @Override
  public void close() {
    wire.close();
  }
}
