package dev.reveille.activator.entrance;

import dev.reveille.activator.gate.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a connection's decoder. At the first byte that must not pass it passes some that no
 * decoder takes instead, and nothing after them: so the refusal comes after the answers that are
 * due. Leaves when the connection is another protocol's. One event loop's.
 */
final class Guard extends ChannelInboundHandlerAdapter {
  /** Why the connection's last request was not let in. */
  static final AttributeKey<Refusal> WRONG = AttributeKey.valueOf(Guard.class, "wrong");

  private static final int SILENCE = 6; // heads' times before the first request
  private static final int MOST_UNREAD = 100; // requests of a client that does not read
  private static final byte[] NO_LINE = {'!', '\n'};
  private static final String DECODER = "httpDecoder"; // Vert.x's
  private static final String UPGRADER = "h2c"; // Vert.x's

  private final Framing framing = new Framing();
  private final Duration head;
  private @Nullable ChannelHandlerContext decoder;
  private boolean refused;
  private long known; // heads
  private long unread; // that came while answers were not read
  private long awaited; // the head that the deadline is of
  private @Nullable Future<?> deadline;

  /**
   * @param head what a client has for the head of a request
   */
  Guard(Duration head) {
    this.head = head;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(() -> context.close(), SILENCE * head.toMillis(), TimeUnit.MILLISECONDS);
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    if (refused) {
      bytes.release();
      return;
    }
    if (isOthers(context)) {
      leave(context);
      context.fireChannelRead(bytes);
      return;
    }
    int wrong = framing.read(bytes);
    if (wrong >= 0) {
      refuse(context, bytes.writerIndex(wrong), framing.wrong());
    } else if (framing.isOver()) {
      leave(context);
      context.fireChannelRead(bytes);
    } else if (asksWithoutEnd(context)) {
      bytes.release();
      context.close();
    } else {
      time(context);
      pass(context, bytes);
    }
  }

  /** TLS, on a listener that has it, or what a request made of the connection. */
  private boolean isOthers(ChannelHandlerContext context) {
    return decoder == null ? context.pipeline().get(SslHandler.class) != null : decoder.isRemoved();
  }

  private void leave(ChannelHandlerContext context) {
    cancelDeadline();
    context.pipeline().remove(this);
  }

  /** Answers that nobody reads are kept: who asks on and on must not fill the memory with them. */
  private boolean asksWithoutEnd(ChannelHandlerContext context) {
    unread = context.channel().isWritable() ? 0 : unread + framing.heads() - known;
    known = framing.heads();
    return unread > MOST_UNREAD;
  }

  /**
   * Vert.x learns from the first bytes which version of HTTP it is, and only then has a decoder,
   * and a handler that would follow an Upgrade to HTTP/2: what begins a head goes byte by byte
   * until then, and the rest after {@link Staying} is between the two.
   */
  private void pass(ChannelHandlerContext context, ByteBuf bytes) {
    while (decoder == null && bytes.readableBytes() > 1) {
      context.fireChannelRead(bytes.readRetainedSlice(1));
      settle(context);
    }
    context.fireChannelRead(bytes);
    if (decoder == null) {
      settle(context);
    }
  }

  private void settle(ChannelHandlerContext context) {
    decoder = context.pipeline().context(DECODER);
    if (decoder != null && context.pipeline().get(UPGRADER) != null) {
      context.pipeline().addBefore(UPGRADER, null, new Staying());
    }
  }

  private void refuse(ChannelHandlerContext context, ByteBuf before, Refusal why) {
    refused = true;
    cancelDeadline();
    context.channel().attr(WRONG).set(why);
    pass(
        context,
        context
            .alloc()
            .compositeBuffer(2)
            .addComponent(true, before)
            .addComponent(true, context.alloc().buffer(NO_LINE.length).writeBytes(NO_LINE)));
  }

  /** A head that is not all here has its time from its first byte. */
  private void time(ChannelHandlerContext context) {
    if (framing.heads() > 0 && !framing.isInHead()) {
      cancelDeadline();
    } else if (framing.isInHead() && (deadline == null || awaited != framing.heads())) {
      cancelDeadline();
      awaited = framing.heads();
      schedule(context);
    }
  }

  private void schedule(ChannelHandlerContext context) {
    deadline =
        context.executor().schedule(() -> tooSlow(context), head.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tooSlow(ChannelHandlerContext context) {
    if (context.channel().config().isAutoRead()) {
      refuse(context, context.alloc().buffer(0), Refusal.headTooSlow(head.toSeconds()));
      context.fireChannelReadComplete();
    } else {
      schedule(context); // it is us who do not read
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancelDeadline();
    context.fireChannelInactive();
  }
}
