package dev.reveille.activator.backend;

import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;

/**
 * The clients that reach backends, one a protocol; each event loop has its own. Connections are
 * kept and used again.
 *
 * @param http1 a connection carries one request at a time
 * @param http2 clear text with prior knowledge; a connection carries many
 * @param relay the same to another activator; a connection carries one at a time: too many that
 *     callers gave up end a connection there (see {@code Listeners}), and would take others along
 */
public record Upstream(HttpClient http1, HttpClient http2, HttpClient relay) {
  private static final int MOST_HTTP1_CONNECTIONS = 4096; // a backend
  private static final int MOST_HTTP2_CONNECTIONS = 64; // a backend
  private static final int MOST_STREAMS = 100; // a connection; fewer if the backend says so
  private static final int MOST_WAITING =
      4096; // for a connection to a backend, bounded in time by who asks
  private static final int STREAM_WINDOW = 64 << 10;
  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int CONNECT_MILLIS = 2000;

  public static Upstream open(Vertx vertx) {
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(MOST_HTTP1_CONNECTIONS)
            .setHttp2MaxSize(MOST_HTTP2_CONNECTIONS)
            .setMaxWaitQueueSize(MOST_WAITING);
    return new Upstream(
        vertx.createHttpClient(http1Options(), pool),
        vertx.createHttpClient(http2Options(), pool),
        vertx.createHttpClient(
            http2Options().setHttp2MultiplexingLimit(1),
            new PoolOptions(pool).setHttp2MaxSize(MOST_HTTP1_CONNECTIONS)));
  }

  private static HttpClientOptions http1Options() {
    return new HttpClientOptions()
        .setKeepAlive(true)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setConnectTimeout(CONNECT_MILLIS)
        .setMaxHeaderSize(MOST_HEADER_BYTES)
        .setKeepAliveTimeout(30);
  }

  /** All streams at once fit a connection's window: one that nobody reads does not hold others. */
  private static HttpClientOptions http2Options() {
    return http1Options()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false)
        .setHttp2KeepAliveTimeout(30)
        .setHttp2MultiplexingLimit(MOST_STREAMS)
        .setHttp2ConnectionWindowSize(MOST_STREAMS * STREAM_WINDOW)
        .setInitialSettings(
            new Http2Settings()
                .setPushEnabled(false)
                .setInitialWindowSize(STREAM_WINDOW)
                .setMaxHeaderListSize(MOST_HEADER_BYTES));
  }

  /** The client for a server that speaks HTTP/2, or for one that does not. */
  public HttpClient speaking(boolean http2) {
    return http2 ? this.http2 : http1;
  }

  /** The client for an activator, of a request for a server that speaks HTTP/2, or does not. */
  public HttpClient relaying(boolean http2) {
    return http2 ? relay : http1;
  }
}
