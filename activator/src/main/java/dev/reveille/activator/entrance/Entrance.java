package dev.reveille.activator.entrance;

import dev.reveille.activator.gate.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.impl.VertxConnection;
import java.time.Duration;
import java.util.List;

/** A Vert.x whose every accepted connection, of whichever listener, begins with a guard. */
public final class Entrance {
  private Entrance() {}

  /**
   * @param head what a client has for the head of a request, from its first byte
   */
  public static Vertx guarded(Duration head) {
    return Vertx.builder()
        .withTransport(new TransportInternal("guarded", true, null, new Guarded(head)))
        .build();
  }

  /** Why a request that was not well-formed is not let in. */
  public static Refusal refusal(HttpServerRequest request) {
    if (request.connection() instanceof VertxConnection connection) {
      Refusal known = connection.channel().attr(Guard.WRONG).get();
      if (known != null) {
        return known;
      }
    }
    return request.decoderResult().cause() instanceof TooLongFrameException
        ? Refusal.headTooLarge()
        : Refusal.badRequest("it is no HTTP that can be read in one way only");
  }

  /**
   * Ends it at once: what is written and was not read by then is lost. Vert.x, told to close, would
   * wait until it is read.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof VertxConnection here) {
      here.channel().pipeline().firstContext().close();
    } else {
      connection.close();
    }
  }

  /** Vert.x has no other place for a handler that sees a connection's first bytes. */
  private static final class Guarded extends NioTransport {
    private final Duration head;

    Guarded(Duration head) {
      this.head = head;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
      return domainSocket ? super.serverChannelFactory(true) : () -> new Accepting(head);
    }
  }

  private static final class Accepting extends NioServerSocketChannel {
    private final Duration head;

    Accepting(Duration head) {
      this.head = head;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      int count = super.doReadMessages(accepted);
      for (Object each : accepted.subList(before, accepted.size())) {
        ((Channel) each).pipeline().addLast(new Guard(head));
      }
      return count;
    }
  }
}
