package dev.reveille.activator;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/** What the two listeners accept, and what one connection may ask of them. */
final class Listeners {
  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int INTERNAL_IDLE_SECONDS = 60;

  private static final int MOST_STREAMS = 256; // a connection
  private static final int STREAM_WINDOW = 64 << 10;

  /**
   * Streams given up (rapid reset) in ten seconds; calls that run into their deadlines are fewer.
   */
  private static final int MOST_RESETS = 1000;

  private static final int RESETS_SECONDS = 10;

  private Listeners() {}

  /** HTTP/1.1, keys checked by the message. */
  static HttpServerOptions internal(int port) {
    return options(port).setHttp2ClearTextEnabled(false).setIdleTimeout(INTERNAL_IDLE_SECONDS);
  }

  /**
   * HTTP/1.1 and HTTP/2 in clear text. All streams at once fit a connection's window: one that
   * waits does not hold its neighbours. Settings, pings and empty frames that are answered faster
   * than the client reads end the connection (Netty's bounds).
   */
  static HttpServerOptions data(int port) {
    return options(port)
        .setHttp2ClearTextEnabled(true)
        .setHttp2ConnectionWindowSize(MOST_STREAMS * STREAM_WINDOW)
        .setHttp2RstFloodMaxRstFramePerWindow(MOST_RESETS)
        .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(MOST_STREAMS)
                .setInitialWindowSize(STREAM_WINDOW)
                .setMaxHeaderListSize(MOST_HEADER_BYTES));
  }

  private static HttpServerOptions options(int port) {
    return new HttpServerOptions()
        .setPort(port)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setMaxHeaderSize(MOST_HEADER_BYTES)
        .setMaxInitialLineLength(MOST_HEADER_BYTES)
        .setHandle100ContinueAutomatically(true);
  }
}
