package dev.reveille.activator.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Hello;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.function.Supplier;

/** Tells the other activators of a hello that reached this one; best effort: they probe as well. */
final class Peers {
  private static final long TIMEOUT_MILLIS = 1000;

  private final HttpClient http;
  private final Supplier<List<String>> addresses;
  private final String key;
  private final ObjectMapper json = new ObjectMapper();

  Peers(HttpClient http, Supplier<List<String>> addresses, String key) {
    this.http = http;
    this.addresses = addresses;
    this.key = key;
  }

  /** A hello as passed on, with the address it came from. */
  record Passed(String host, Hello hello) {}

  void tell(Hello hello, String host) {
    Buffer body;
    try {
      body = Buffer.buffer(json.writeValueAsBytes(new Passed(host, hello)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record is JSON", e);
    }
    for (String address : addresses.get()) {
      int colon = address.lastIndexOf(':');
      RequestOptions options =
          new RequestOptions()
              .setMethod(HttpMethod.POST)
              .setHost(address.substring(0, colon))
              .setPort(Integer.parseInt(address.substring(colon + 1)))
              .setURI(Wire.PEERS_HELLO_PATH)
              .putHeader("Authorization", "Bearer " + key)
              .setConnectTimeout(TIMEOUT_MILLIS)
              .setTimeout(TIMEOUT_MILLIS);
      http.request(options).compose(request -> request.send(body));
    }
  }
}
