package dev.reveille.activator.internal;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/** Messages between activators over HTTP, as JSON, with their key. */
record HttpPost(Vertx vertx, HttpClient http, String key) implements Peers.Post {
  private static final long TIMEOUT_MILLIS = 1000;

  @Override
  public Future<Integer> send(String address, String path, Object message) {
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
    return http.request(options)
        .compose(request -> request.send(Message.json(message)))
        .map(HttpClientResponse::statusCode);
  }

  @Override
  public void later(long millis, Runnable then) {
    vertx.setTimer(millis, due -> then.run());
  }
}
