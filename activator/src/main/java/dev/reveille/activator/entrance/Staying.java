package dev.reveille.activator.entrance;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;

/**
 * Keeps a connection in HTTP/1.1 whose first request asks for HTTP/2: RFC 9110, 7.8, lets a server
 * ignore that, and RFC 9113 has given it up. Vert.x would follow before anything of ours sees the
 * request, and takes its body as fast as it comes. It follows the first request only.
 */
final class Staying extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      List<String> upgrades = request.headers().getAll(HttpHeaderNames.UPGRADE);
      if (!upgrades.stream().allMatch(HttpHeaderValues.WEBSOCKET::contentEqualsIgnoreCase)) {
        request.headers().remove(HttpHeaderNames.UPGRADE);
      }
      context.pipeline().remove(this);
    }
    context.fireChannelRead(message);
  }
}
