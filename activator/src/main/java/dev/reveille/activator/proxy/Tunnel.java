package dev.reveille.activator.proxy;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket: two connections joined, each byte of one going to the other as fast as that one
 * reads; when the one closes, so does the other. One event loop's.
 */
final class Tunnel implements Passage {
  private final NetSocket backend;
  private final Runnable closed;
  private @Nullable NetSocket client;
  private boolean over;

  private Tunnel(NetSocket backend, Runnable closed) {
    this.backend = backend;
    this.closed = closed;
  }

  /** The backend has switched: so does the client's connection. */
  static Tunnel join(Call call, HttpClientResponse from, Runnable closed) {
    Tunnel tunnel = new Tunnel(from.netSocket().pause(), closed);
    Headers.switchProtocols(from, call.request().response());
    call.request().toNetSocket().onSuccess(tunnel::open).onFailure(gone -> tunnel.stop());
    return tunnel;
  }

  private void open(NetSocket to) {
    client = to;
    if (over) {
      to.close();
      return;
    }
    pipe(to, backend);
    pipe(backend, to);
    backend.resume();
  }

  private void pipe(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          if (!over) {
            to.write(bytes);
            if (to.writeQueueFull()) {
              from.pause();
              to.drainHandler(drained -> from.resume());
            }
          }
        });
    from.exceptionHandler(broken -> stop());
    from.endHandler(end -> stop());
    from.closeHandler(gone -> stop());
  }

  /** Both are closed; what was written before is still sent. */
  @Override
  public void stop() {
    if (over) {
      return;
    }
    over = true;
    if (client != null) {
      client.close();
    }
    backend.close();
    closed.run();
  }
}
