package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.pool.PoolHello;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells the other activators of a hello that reached this one; again while one says that it does
 * not know the pod yet. Best effort: they probe as well.
 */
final class Peers {
  private static final long TIMEOUT_MILLIS = 1000;
  private static final long AGAIN_MILLIS = 20;
  private static final int MOST_TRIES = 6;
  private static final int NOT_NOW = 503;

  private final Vertx vertx;
  private final HttpClient http;
  private final Supplier<List<String>> addresses;
  private final String key;

  Peers(Vertx vertx, HttpClient http, Supplier<List<String>> addresses, String key) {
    this.vertx = vertx;
    this.http = http;
    this.addresses = addresses;
    this.key = key;
  }

  /** A hello as passed on, with the address it came from. */
  record Passed(String host, Hello hello) {}

  /** A pool pod's hello as passed on. */
  record PassedPoolHello(String host, PoolHello hello) {}

  void tell(Hello hello, String host) {
    tell(Wire.PEERS_HELLO_PATH, new Passed(host, hello));
  }

  void tell(PoolHello hello, String host) {
    tell(Wire.PEERS_POOLS_HELLO_PATH, new PassedPoolHello(host, hello));
  }

  private void tell(String path, Object passed) {
    Buffer body = Message.json(passed);
    for (String address : addresses.get()) {
      int colon = address.lastIndexOf(':');
      RequestOptions options =
          new RequestOptions()
              .setMethod(HttpMethod.POST)
              .setHost(address.substring(0, colon))
              .setPort(Integer.parseInt(address.substring(colon + 1)))
              .setURI(path)
              .putHeader("Authorization", "Bearer " + key)
              .setConnectTimeout(TIMEOUT_MILLIS)
              .setTimeout(TIMEOUT_MILLIS);
      send(options, body, 1);
    }
  }

  private void send(RequestOptions options, Buffer body, int tried) {
    http.request(options)
        .compose(request -> request.send(body))
        .onSuccess(
            response -> {
              if (response.statusCode() == NOT_NOW && tried < MOST_TRIES) {
                vertx.setTimer(AGAIN_MILLIS << (tried - 1), due -> send(options, body, tried + 1));
              }
            });
  }
}
