package dev.reveille.activator.metricsapi;

import dev.reveille.activator.Wire;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the other activators what is asked of them, all the time: whoever survives one of them must
 * know what it held.
 */
final class PeerPoll {
  private static final Logger LOG = LoggerFactory.getLogger(PeerPoll.class);
  private static final long TIMEOUT_MILLIS = 1000;
  private static final long MOST_BYTES = 4 << 20;

  private final HttpClient http;
  private final Supplier<List<String>> peers;
  private final String key;
  private final PeerDemand demand;
  private final LongSupplier nanoTime;

  /**
   * @param peers internal listeners of the other activators, those on their way out included
   */
  PeerPoll(
      HttpClient http,
      Supplier<List<String>> peers,
      String key,
      PeerDemand demand,
      LongSupplier nanoTime) {
    this.http = http;
    this.peers = peers;
    this.key = key;
    this.demand = demand;
    this.nanoTime = nanoTime;
  }

  /** Asks each once; one that does not answer is asked again the next time. */
  void round() {
    peers.get().forEach(this::ask);
  }

  private void ask(String peer) {
    int colon = peer.lastIndexOf(':');
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(peer.substring(0, colon))
            .setPort(Integer.parseInt(peer.substring(colon + 1)))
            .setURI(Wire.PEERS_DEMAND_PATH)
            .putHeader("Authorization", "Bearer " + key)
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setTimeout(TIMEOUT_MILLIS);
    http.request(options)
        .compose(request -> request.send())
        .compose(PeerPoll::body)
        .onSuccess(body -> take(peer, body))
        .onFailure(failed -> LOG.debug("{}: {}", peer, failed.getMessage()));
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    String length = response.getHeader("Content-Length");
    if (response.statusCode() != 200 || length == null || Long.parseLong(length) > MOST_BYTES) {
      response.request().reset();
      return Future.failedFuture("answered " + response.statusCode() + ", length " + length);
    }
    return response.body();
  }

  private void take(String peer, Buffer body) {
    try {
      DemandReport report = DemandReport.parse(body.getBytes());
      demand.heard(peer, report.instance(), report.byId(), nanoTime.getAsLong());
    } catch (IOException e) {
      LOG.warn("{} does not say what is asked of it: {}", peer, e.getMessage());
    }
  }
}
