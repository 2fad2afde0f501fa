package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.e2e.kit.Wire.Reply;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A POST whose body's second half comes when the test says so: the request runs until then. */
public final class SlowPost implements AutoCloseable {
  private static final byte[] LAST = "0\r\n\r\n".getBytes(ISO_8859_1);

  private final Wire wire;
  private final String json;

  /** Its head and the first half of its body are sent when this returns. */
  public SlowPost(Gateway gateway, Endpoint endpoint, String path, String json) {
    this.json = json;
    wire = Wire.to(gateway.uri());
    String head =
        "POST "
            + endpoint.path(path)
            + " HTTP/1.1\r\nHost: "
            + endpoint.host()
            + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    wire.send(head.getBytes(ISO_8859_1));
    wire.send(chunk(json.substring(0, json.length() / 2)));
  }

  /** Sends the rest and reads the answer. */
  public Answer finish() {
    wire.send(chunk(json.substring(json.length() / 2)));
    wire.send(LAST);
    Reply reply = wire.answer();
    Map<String, List<String>> headers = new HashMap<>();
    reply.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    return new Answer(
        reply.status(),
        HttpHeaders.of(headers, (name, value) -> true),
        new String(reply.body(), UTF_8),
        reply.millis());
  }

  private static byte[] chunk(String text) {
    int length = text.getBytes(UTF_8).length;
    return (Integer.toHexString(length) + "\r\n" + text + "\r\n").getBytes(UTF_8);
  }

  @Override
  public void close() {
    wire.close();
  }
}
