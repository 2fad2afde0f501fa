package dev.reveille.activator.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.crds.Keys;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One message to the internal listener, and how it is answered. */
record Message(HttpServerRequest request) {
  private static final int MOST_BODY = 64 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  String path() {
    return request.path() == null ? "" : request.path();
  }

  String header(String name) {
    @Nullable String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  /** The address of whoever sent it. */
  String host() {
    return request.remoteAddress().hostAddress();
  }

  /** Shows that key; else it is answered. */
  boolean shows(String key) {
    boolean right = Keys.same(header("Authorization"), "Bearer " + key);
    if (!right) {
      refuse(401, "Unauthorized", "the key is wrong");
    }
    return right;
  }

  void done() {
    request.response().setStatusCode(204).end();
  }

  void refuse(int status, String reason, String error) {
    answer(status, Map.of("error", error, "reason", reason));
  }

  void text(int status, String contentType, String body) {
    request.response().setStatusCode(status).putHeader("Content-Type", contentType).end(body);
  }

  void answer(int status, Object body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    try {
      response
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(Buffer.buffer(JSON.writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records and maps are JSON", e);
    }
  }

  /** Reads its small JSON body and hands it on. */
  <T> void read(Class<T> type, Consumer<T> then) {
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() <= MOST_BODY) {
            body.appendBuffer(chunk);
          } else {
            request.connection().close();
          }
        });
    request.endHandler(end -> parse(body.getBytes(), type, then));
  }

  private <T> void parse(byte[] body, Class<T> type, Consumer<T> then) {
    T value;
    try {
      value = JSON.readValue(body, type);
    } catch (JsonProcessingException e) {
      refuse(400, "BadMessage", "not what is expected here: " + e.getOriginalMessage());
      return;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
    if (value == null) {
      refuse(400, "BadMessage", "nothing is not what is expected here");
    } else {
      then.accept(value);
    }
  }
}
