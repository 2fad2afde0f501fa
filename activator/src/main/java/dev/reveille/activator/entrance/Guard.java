package dev.reveille.activator.entrance;

import dev.reveille.activator.gate.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
  private static final byte TLS_HANDSHAKE = 22;
  private static final byte[] NO_LINE = {'!', '\n'};
  private static final String DECODER = "httpDecoder"; // Vert.x's

  private final Framing framing = new Framing();
  private final Duration head;
  private boolean begun;
  private boolean refused;
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
    if (isOthers(context, bytes)) {
      leave(context);
      context.fireChannelRead(bytes);
      return;
    }
    int wrong = framing.read(bytes);
    if (wrong >= 0) {
      refuse(context, bytes.writerIndex(wrong), framing.wrong());
      return;
    }
    time(context);
    if (framing.isOver()) {
      leave(context);
    }
    context.fireChannelRead(bytes);
  }

  /** TLS, on a listener that has it, or what a request made of the connection. */
  private boolean isOthers(ChannelHandlerContext context, ByteBuf bytes) {
    boolean first = !begun;
    begun = true;
    return (first && bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE)
        || (framing.maySwitch() && context.pipeline().get(DECODER) == null);
  }

  private void leave(ChannelHandlerContext context) {
    cancelDeadline();
    context.pipeline().remove(this);
  }

  private void refuse(ChannelHandlerContext context, ByteBuf before, Refusal why) {
    refused = true;
    cancelDeadline();
    context.channel().attr(WRONG).set(why);
    context.fireChannelRead(
        context
            .alloc()
            .compositeBuffer(2)
            .addComponent(true, before)
            .addComponent(true, context.alloc().buffer(NO_LINE.length).writeBytes(NO_LINE)));
  }

  /** A head that is not all here has its time from its first byte. */
  private void time(ChannelHandlerContext context) {
    if (!framing.isInHead()) {
      cancelDeadline();
    } else if (deadline == null || awaited != framing.heads()) {
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
