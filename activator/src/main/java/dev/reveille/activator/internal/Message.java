package dev.reveille.activator.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.crds.Keys;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One internal request: the key it shows, its small JSON body, its JSON answer. */
record Message(HttpServerRequest request) {
  private static final int MOST_BODY = 64 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean shows(String key) {
    return Keys.same(header("Authorization"), "Bearer " + key);
  }

  String header(String name) {
    @Nullable String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  /** The length of the body; -1 when the head does not say. */
  long length() {
    String length = header("Content-Length");
    return length.isEmpty() ? -1 : Long.parseLong(length);
  }

  /** This very path, at this very activator. */
  String here() {
    String address = request.localAddress().hostAddress();
    String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
    return "http://" + host + ":" + request.localAddress().port() + request.path();
  }

  String host() {
    return request.remoteAddress().hostAddress();
  }

  /** Reads the body and hands it on. */
  <T> void body(Class<T> type, Consumer<T> then) {
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() <= MOST_BODY) {
            body.appendBuffer(chunk);
          } else {
            request.connection().close();
          }
        });
    request.endHandler(
        end -> {
          try {
            T value = JSON.readValue(body.getBytes(), type);
            if (value == null) {
              error(400, "an object is expected here");
            } else {
              then.accept(value);
            }
          } catch (JsonProcessingException e) {
            error(400, "not what is expected here");
          } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
          }
        });
  }

  void taken() {
    request.response().setStatusCode(204).end();
  }

  void unauthorized() {
    answer(401, Map.of("error", "the key is wrong", "reason", "Unauthorized"));
  }

  /** An answer before the body was read: what is left of it is not waited for. */
  void refuse(int status, String message) {
    request.response().putHeader("Connection", "close");
    error(status, message);
    request.resume();
  }

  void error(int status, String message) {
    answer(status, Map.of("error", message));
  }

  void answer(int status, Object body) {
    if (request.response().closed()) {
      return; // it waited for this and left
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json(body));
  }

  static Buffer json(Object body) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records and maps are JSON", e);
    }
  }
}
